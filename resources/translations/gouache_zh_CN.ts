<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About Gouache</source>
        <translation>关于 Gouache</translation>
    </message>
    <message>
        <source>An offline generative studio for designers and game artists. Nothing leaves this computer.</source>
        <translation>面向设计师和游戏美术的离线生成式创作工具，任何数据都不会离开本机。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Gouache {version}</source>
        <translation>Gouache {version}</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>所用的库</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>What it is made of</source>
        <translation>所用组件</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Animate</source>
        <translation>动画(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>图层(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100%</translation>
    </message>
    <message>
        <source>About Gouache</source>
        <translation>关于 Gouache</translation>
    </message>
    <message>
        <source>Add a layer first.</source>
        <translation>请先添加一个图层。</translation>
    </message>
    <message>
        <source>Apply as a new layer</source>
        <translation>应用为新图层</translation>
    </message>
    <message>
        <source>Apply into the layer</source>
        <translation>应用到当前图层</translation>
    </message>
    <message>
        <source>Blend styles...</source>
        <translation>混合风格...</translation>
    </message>
    <message>
        <source>Bring the picture in as a frame</source>
        <translation>把图像放回为帧</translation>
    </message>
    <message>
        <source>Canvas only</source>
        <translation>仅显示画布</translation>
    </message>
    <message>
        <source>Canvas size...</source>
        <translation>画布大小...</translation>
    </message>
    <message>
        <source>Check for an update...</source>
        <translation>检查更新...</translation>
    </message>
    <message>
        <source>Choose one of the results first.</source>
        <translation>请先选择一个结果。</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Control layer...</source>
        <translation>控制图层...</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy merged</source>
        <translation>合并复制</translation>
    </message>
    <message>
        <source>Copy the seed</source>
        <translation>复制种子</translation>
    </message>
    <message>
        <source>Crop to the selection</source>
        <translation>裁剪到选区</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>Cycle of a sprite...</source>
        <translation>精灵循环动作...</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>删除图层</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Discard the result</source>
        <translation>放弃该结果</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Export picture...</source>
        <translation>导出图像...</translation>
    </message>
    <message>
        <source>Export the animation...</source>
        <translation>导出动画...</translation>
    </message>
    <message>
        <source>Feather...</source>
        <translation>羽化...</translation>
    </message>
    <message>
        <source>Fill with the colour</source>
        <translation>用前景色填充</translation>
    </message>
    <message>
        <source>Find a command...</source>
        <translation>查找命令...</translation>
    </message>
    <message>
        <source>Finish...</source>
        <translation>成品处理...</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Flatten the picture</source>
        <translation>拼合图像</translation>
    </message>
    <message>
        <source>Flip left to right</source>
        <translation>水平翻转</translation>
    </message>
    <message>
        <source>Flip top to bottom</source>
        <translation>垂直翻转</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Generate something first.</source>
        <translation>请先生成一些图像。</translation>
    </message>
    <message>
        <source>Go to the prompt</source>
        <translation>转到提示词</translation>
    </message>
    <message>
        <source>Grow...</source>
        <translation>扩展...</translation>
    </message>
    <message>
        <source>Import a style...</source>
        <translation>导入风格...</translation>
    </message>
    <message>
        <source>Invert the selection</source>
        <translation>反选</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Library...</source>
        <translation>模型库...</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Lower layer</source>
        <translation>下移图层</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>生成相似图像</translation>
    </message>
    <message>
        <source>New animation from the picture</source>
        <translation>从图像新建动画</translation>
    </message>
    <message>
        <source>New animation from the prompt</source>
        <translation>从提示词新建动画</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>新建图层</translation>
    </message>
    <message>
        <source>New layer from the selection</source>
        <translation>从选区新建图层</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>新的随机种子</translation>
    </message>
    <message>
        <source>New style...</source>
        <translation>新建风格...</translation>
    </message>
    <message>
        <source>New...</source>
        <translation>新建...</translation>
    </message>
    <message>
        <source>Next document</source>
        <translation>下一个文档</translation>
    </message>
    <message>
        <source>Next result</source>
        <translation>下一个结果</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>没有正在运行的任务。</translation>
    </message>
    <message>
        <source>Open a sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>Open or make a picture first.</source>
        <translation>请先打开或新建一张图像。</translation>
    </message>
    <message>
        <source>Open or make an animation first.</source>
        <translation>请先打开或新建动画。</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>最近打开的文件</translation>
    </message>
    <message>
        <source>Open...</source>
        <translation>打开...</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Place as layer...</source>
        <translation>置入为图层...</translation>
    </message>
    <message>
        <source>Preferences...</source>
        <translation>首选项...</translation>
    </message>
    <message>
        <source>Previous result</source>
        <translation>上一个结果</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Raise layer</source>
        <translation>上移图层</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Restyle a clip...</source>
        <translation>重绘短片风格...</translation>
    </message>
    <message>
        <source>Restyle the layers</source>
        <translation>重绘图层风格</translation>
    </message>
    <message>
        <source>Rulers</source>
        <translation>标尺</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as...</source>
        <translation>另存为...</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select something first.</source>
        <translation>请先建立选区。</translation>
    </message>
    <message>
        <source>Select the layer&apos;s shape</source>
        <translation>载入图层形状为选区</translation>
    </message>
    <message>
        <source>Share the style...</source>
        <translation>分享风格...</translation>
    </message>
    <message>
        <source>Show the recipe</source>
        <translation>显示生成参数</translation>
    </message>
    <message>
        <source>Shrink...</source>
        <translation>收缩...</translation>
    </message>
    <message>
        <source>Stop all jobs</source>
        <translation>停止所有任务</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>停止正在运行的任务</translation>
    </message>
    <message>
        <source>Styles...</source>
        <translation>风格...</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>没有可重做的操作。</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>没有可撤销的操作。</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>Tint the selection</source>
        <translation>以颜色显示选区</translation>
    </message>
    <message>
        <source>Train a style...</source>
        <translation>训练风格...</translation>
    </message>
    <message>
        <source>Turn 180°</source>
        <translation>旋转 180°</translation>
    </message>
    <message>
        <source>Turn 90° left</source>
        <translation>逆时针旋转 90°</translation>
    </message>
    <message>
        <source>Turn 90° right</source>
        <translation>顺时针旋转 90°</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>变体板</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
</context>
<context>
    <name>Amount</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>By</source>
        <translation>幅度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>AnimateView</name>
    <message>
        <source>A rough picture of the chosen frames in three steps</source>
        <translation>用三步画出所选帧的草图</translation>
    </message>
    <message>
        <source>All made</source>
        <translation>已全部生成</translation>
    </message>
    <message>
        <source>Bring in</source>
        <translation>放入</translation>
    </message>
    <message>
        <source>Edit on the canvas</source>
        <translation>在画布上编辑</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>首帧</translation>
    </message>
    <message>
        <source>Frames are being made.</source>
        <translation>正在生成帧。</translation>
    </message>
    <message>
        <source>Keep the painted frame no longer: it goes to the folder &apos;kept&apos;</source>
        <translation>不再保留画过的帧：它会移到“kept”文件夹</translation>
    </message>
    <message>
        <source>Kept as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>末帧</translation>
    </message>
    <message>
        <source>Let go</source>
        <translation>放开</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Made from earlier settings</source>
        <translation>由先前的设置生成</translation>
    </message>
    <message numerus="yes">
        <source>Make %n frames</source>
        <translation>
            <numerusform>生成 %n 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Make no more; what is made stays (Esc)</source>
        <translation>不再继续生成；已生成的保留 (Esc)</translation>
    </message>
    <message>
        <source>Make the chosen frames again, a little different</source>
        <translation>重新生成所选帧，略有不同</translation>
    </message>
    <message>
        <source>Make what is missing, and what was made from earlier settings (Enter)</source>
        <translation>生成缺少的帧和由先前设置生成的帧 (Enter)</translation>
    </message>
    <message>
        <source>Nothing was painted here.</source>
        <translation>这里没有画过。</translation>
    </message>
    <message>
        <source>One key has to stay.</source>
        <translation>必须保留一个关键帧。</translation>
    </message>
    <message>
        <source>Onion skin</source>
        <translation>洋葱皮</translation>
    </message>
    <message>
        <source>Open this frame as a document</source>
        <translation>把此帧作为文档打开</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play at speed, or stay at a frame</source>
        <translation>按实际速度播放，或停在某一帧</translation>
    </message>
    <message>
        <source>Play in a loop, back and forth, or once</source>
        <translation>循环播放、往返播放或播放一次</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Remove the key</source>
        <translation>删除关键帧</translation>
    </message>
    <message>
        <source>Remove the keys of the chosen frames</source>
        <translation>删除所选帧上的关键帧</translation>
    </message>
    <message>
        <source>Rough preview</source>
        <translation>草图预览</translation>
    </message>
    <message>
        <source>See the frames before in red and those after in blue</source>
        <translation>前面的帧显示为红色，后面的帧显示为蓝色</translation>
    </message>
    <message>
        <source>Set a key</source>
        <translation>设置关键帧</translation>
    </message>
    <message>
        <source>Set a key at this frame</source>
        <translation>在此帧设置关键帧</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings of the key and of the animation</source>
        <translation>关键帧和动画的设置</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The picture on the canvas becomes this frame, and is kept</source>
        <translation>画布上的图像成为此帧并保留</translation>
    </message>
    <message>
        <source>There is a key already.</source>
        <translation>这里已有关键帧。</translation>
    </message>
    <message>
        <source>There is no key here.</source>
        <translation>这里没有关键帧。</translation>
    </message>
    <message>
        <source>There is one frame.</source>
        <translation>只有一帧。</translation>
    </message>
    <message>
        <source>This frame is not made yet.</source>
        <translation>此帧尚未生成。</translation>
    </message>
    <message>
        <source>This frame is not made yet. P shows it roughly, Enter makes all.</source>
        <translation>此帧尚未生成。按 P 看草图，按 Enter 全部生成。</translation>
    </message>
    <message>
        <source>To the first frame</source>
        <translation>到首帧</translation>
    </message>
    <message>
        <source>To the last frame</source>
        <translation>到末帧</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>{count} kept as painted</source>
        <translation>{count} 帧保持原样</translation>
    </message>
    <message>
        <source>{done} of {count}</source>
        <translation>{done}/{count}</translation>
    </message>
    <message>
        <source>{made} of {count} made</source>
        <translation>已生成 {made}/{count}</translation>
    </message>
    <message>
        <source>{number} frames a minute</source>
        <translation>每分钟 {number} 帧</translation>
    </message>
</context>
<context>
    <name>Animations</name>
    <message>
        <source>Exported {name}.</source>
        <translation>已导出 {name}。</translation>
    </message>
    <message>
        <source>Space plays, arrow keys step, K sets a key, Enter makes the frames.</source>
        <translation>空格播放，方向键逐帧移动，K 设置关键帧，Enter 生成帧。</translation>
    </message>
    <message numerus="yes">
        <source>What was painted on %n frames is in the folder &apos;kept&apos;.</source>
        <translation>
            <numerusform>%n 帧上画过的内容在“kept”文件夹中。</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} made</source>
        <translation>已生成 {count} 帧</translation>
    </message>
</context>
<context>
    <name>Asks</name>
    <message>
        <source>Add pictures</source>
        <translation>添加图像</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Export picture</source>
        <translation>导出图像</translation>
    </message>
    <message>
        <source>Feather the selection</source>
        <translation>羽化选区</translation>
    </message>
    <message>
        <source>Grow the selection</source>
        <translation>扩展选区</translation>
    </message>
    <message>
        <source>JPEG: on white</source>
        <translation>JPEG：白色背景</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>OpenRaster: layers and results</source>
        <translation>OpenRaster：含图层和结果</translation>
    </message>
    <message>
        <source>PNG: exact, with transparency</source>
        <translation>PNG：无损，保留透明</translation>
    </message>
    <message>
        <source>Photoshop: layers</source>
        <translation>Photoshop：含图层</translation>
    </message>
    <message>
        <source>Pictures and documents</source>
        <translation>图像和文档</translation>
    </message>
    <message>
        <source>Place as layer</source>
        <translation>置入为图层</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Shrink the selection</source>
        <translation>收缩选区</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>WebP: exact, small</source>
        <translation>WebP：无损，文件小</translation>
    </message>
</context>
<context>
    <name>AxisField</name>
    <message>
        <source>Choose what the cells show</source>
        <translation>选择各单元格显示的内容</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>选择...</translation>
    </message>
    <message>
        <source>Numbers, separated by commas; 1..5 counts up, 0.2..0.8/4 gives four at equal distances.</source>
        <translation>数字用逗号分隔；1..5 依次递增，0.2..0.8/4 给出四个等距的值。</translation>
    </message>
    <message>
        <source>The other direction has it already.</source>
        <translation>另一个方向已经使用它。</translation>
    </message>
    <message>
        <source>Values of: {name}</source>
        <translation>取值：{name}</translation>
    </message>
    <message>
        <source>What changes: {name}</source>
        <translation>变化的内容：{name}</translation>
    </message>
    <message>
        <source>Words, separated by commas. They go where {} stands in the prompt, or at its end.</source>
        <translation>词语用逗号分隔，放在提示词中 {} 的位置，没有时放在末尾。</translation>
    </message>
</context>
<context>
    <name>BelongingButton</name>
    <message>
        <source>Belongs</source>
        <translation>契合度</translation>
    </message>
    <message>
        <source>Choose a folder of approved pictures</source>
        <translation>选择存放已认可图像的文件夹</translation>
    </message>
    <message>
        <source>Does it belong</source>
        <translation>是否契合</translation>
    </message>
    <message>
        <source>Forget what this board taught</source>
        <translation>忘记从此变体板学到的偏好</translation>
    </message>
    <message>
        <source>Learn from the pins</source>
        <translation>从标记学习</translation>
    </message>
    <message>
        <source>Measure first, and pin what you want; what is not pinned counts as passed over.</source>
        <translation>请先测量，再标记想要的单元格；未标记的视为不选。</translation>
    </message>
    <message>
        <source>Measure how well each cell belongs to a set</source>
        <translation>测量每个单元格与一组图像的契合程度</translation>
    </message>
    <message>
        <source>No scores</source>
        <translation>不评分</translation>
    </message>
    <message>
        <source>Now counts most: {parts}</source>
        <translation>现在最看重：{parts}</translation>
    </message>
    <message>
        <source>The measure goes by what sets the pinned cells apart, on all boards of this folder.</source>
        <translation>此文件夹中的所有变体板都按标记单元格的特点来评分。</translation>
    </message>
    <message>
        <source>This board starts from words alone.</source>
        <translation>此变体板仅由文字生成。</translation>
    </message>
    <message>
        <source>To approved pictures...</source>
        <translation>与已认可的图像...</translation>
    </message>
    <message>
        <source>To the picture it starts from</source>
        <translation>与源图像</translation>
    </message>
    <message>
        <source>To the pinned cells</source>
        <translation>与标记的单元格</translation>
    </message>
</context>
<context>
    <name>BlendModes</name>
    <message>
        <source>Add</source>
        <translation>相加</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Color burn</source>
        <translation>颜色加深</translation>
    </message>
    <message>
        <source>Color dodge</source>
        <translation>颜色减淡</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>变暗</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>变亮</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>明度</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>正片叠底</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>滤色</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>柔光</translation>
    </message>
</context>
<context>
    <name>BlendStyles</name>
    <message>
        <source>Blend styles</source>
        <translation>混合风格</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose at least two styles.</source>
        <translation>请至少选择两种风格。</translation>
    </message>
    <message>
        <source>How much of it; shares need not sum to 100 %</source>
        <translation>所占的份额；各份额之和不必为 100 %</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>无风格</translation>
    </message>
    <message>
        <source>Share of style {number}</source>
        <translation>风格 {number} 的份额</translation>
    </message>
    <message>
        <source>Style {number}</source>
        <translation>风格 {number}</translation>
    </message>
    <message>
        <source>Use the blend</source>
        <translation>使用混合</translation>
    </message>
</context>
<context>
    <name>Board</name>
    <message>
        <source>Belongs: {score}</source>
        <translation>契合度：{score}</translation>
    </message>
    <message>
        <source>Between</source>
        <translation>之间</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>细节</translation>
    </message>
    <message>
        <source>Farthest off: {names}</source>
        <translation>差距最大：{names}</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>Light and dark</source>
        <translation>明暗</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Main colours</source>
        <translation>主色</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>无风格</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Shared colours</source>
        <translation>共有颜色</translation>
    </message>
    <message>
        <source>Silhouette</source>
        <translation>剪影</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>guidance {value}</source>
        <translation>引导强度 {value}</translation>
    </message>
    <message>
        <source>seed {value}</source>
        <translation>种子 {value}</translation>
    </message>
    <message>
        <source>strength {value}</source>
        <translation>重绘强度 {value}</translation>
    </message>
    <message>
        <source>{value} steps</source>
        <translation>{value} 步</translation>
    </message>
</context>
<context>
    <name>BoardGrid</name>
    <message>
        <source>Variation board</source>
        <translation>变体板</translation>
    </message>
    <message>
        <source>being made</source>
        <translation>正在生成</translation>
    </message>
    <message>
        <source>being read</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>not made</source>
        <translation>未生成</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>已标记</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>BoardView</name>
    <message numerus="yes">
        <source>%n approved pictures could not be read.</source>
        <translation>
            <numerusform>%n 张已认可的图像无法读取。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells chosen</source>
        <translation>
            <numerusform>已选择 %n 个单元格</numerusform>
        </translation>
    </message>
    <message>
        <source>A new board from the canvas and the Generate panel as they are now</source>
        <translation>按画布和生成面板的当前状态新建变体板</translation>
    </message>
    <message>
        <source>A new board of pictures like the chosen ones, or like the current one</source>
        <translation>用与所选（或当前）图像相似的图像新建变体板</translation>
    </message>
    <message>
        <source>A new board of the way from one chosen cell to the other</source>
        <translation>新建从一个所选单元格过渡到另一个的变体板</translation>
    </message>
    <message numerus="yes">
        <source>All %n cells are made</source>
        <translation>
            <numerusform>%n 个单元格已全部生成</numerusform>
        </translation>
    </message>
    <message>
        <source>All in sight</source>
        <translation>全部可见</translation>
    </message>
    <message>
        <source>All made</source>
        <translation>已全部生成</translation>
    </message>
    <message>
        <source>Back to the canvas</source>
        <translation>返回画布</translation>
    </message>
    <message>
        <source>Back to the canvas (Esc)</source>
        <translation>返回画布 (Esc)</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>按契合度排序</translation>
    </message>
    <message>
        <source>Between</source>
        <translation>之间</translation>
    </message>
    <message>
        <source>Boards</source>
        <translation>变体板</translation>
    </message>
    <message>
        <source>Boards that you made, and boards in folders</source>
        <translation>您做过的变体板，以及文件夹中的变体板</translation>
    </message>
    <message>
        <source>Cells made</source>
        <translation>已生成的单元格</translation>
    </message>
    <message>
        <source>Choose two cells that are made.</source>
        <translation>请选择两个已生成的单元格。</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Current cell</source>
        <translation>当前单元格</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>How the current cell was made</source>
        <translation>当前单元格是如何生成的</translation>
    </message>
    <message numerus="yes">
        <source>Make %n cells</source>
        <translation>
            <numerusform>生成 %n 个单元格</numerusform>
        </translation>
    </message>
    <message>
        <source>Make no more; what is made stays (Esc)</source>
        <translation>不再继续生成；已生成的保留 (Esc)</translation>
    </message>
    <message>
        <source>Make the cells</source>
        <translation>生成单元格</translation>
    </message>
    <message>
        <source>Make what is missing, the spread first</source>
        <translation>生成缺少的单元格，先四角和中心</translation>
    </message>
    <message>
        <source>More like these</source>
        <translation>生成相似图像</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Pin a cell, or say what they should belong to.</source>
        <translation>请标记一个单元格，或指定要契合的图像。</translation>
    </message>
    <message>
        <source>Pin the chosen cells, or take their pins away</source>
        <translation>标记所选单元格，或取消标记</translation>
    </message>
    <message>
        <source>Progress of the board</source>
        <translation>变体板的进度</translation>
    </message>
    <message>
        <source>Put the chosen cells on the canvas, each as a layer</source>
        <translation>将所选单元格放到画布上，各成一个图层</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>生成参数</translation>
    </message>
    <message>
        <source>Recipe of the current cell</source>
        <translation>当前单元格的生成参数</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>See cells side by side: the chosen ones, else the pinned ones</source>
        <translation>并排查看所选的单元格；未选择时查看已标记的</translation>
    </message>
    <message>
        <source>See how the cells differ from the first one</source>
        <translation>查看各单元格与第一个的差异</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Swap rows and columns</source>
        <translation>交换行和列</translation>
    </message>
    <message>
        <source>The cells as a list by how well they belong, or back to the board</source>
        <translation>按契合度列出单元格，或返回变体板</translation>
    </message>
    <message>
        <source>The whole board in sight</source>
        <translation>显示整块变体板</translation>
    </message>
    <message>
        <source>There are no two cells to compare yet.</source>
        <translation>还没有两个可以比较的单元格。</translation>
    </message>
    <message>
        <source>This cell is not made yet.</source>
        <translation>此单元格尚未生成。</translation>
    </message>
    <message>
        <source>To layer</source>
        <translation>放入图层</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>变体板</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>{made} of {count}</source>
        <translation>{made}/{count}</translation>
    </message>
    <message>
        <source>{made} of {count} made</source>
        <translation>已生成 {made}/{count}</translation>
    </message>
</context>
<context>
    <name>Boards</name>
    <message numerus="yes">
        <source>%n cells are to be made.</source>
        <translation>
            <numerusform>将生成 %n 个单元格。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells take about {time}.</source>
        <translation>
            <numerusform>%n 个单元格约需 {time}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers were made. Ctrl+Z takes them back.</source>
        <translation>
            <numerusform>已创建 %n 个图层。按 Ctrl+Z 撤销。</numerusform>
        </translation>
    </message>
    <message>
        <source>Arrow keys move, Space looks closely, P pins, C compares, Enter makes a layer.</source>
        <translation>方向键移动，空格键细看，P 标记，C 比较，回车键放入图层。</translation>
    </message>
    <message>
        <source>Between {one} and {other}</source>
        <translation>{one} 与 {other} 之间</translation>
    </message>
    <message>
        <source>Like {name}</source>
        <translation>与 {name} 相似</translation>
    </message>
    <message>
        <source>Make them</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>No boards yet</source>
        <translation>还没有变体板</translation>
    </message>
    <message>
        <source>Open a board&apos;s folder</source>
        <translation>打开变体板文件夹</translation>
    </message>
    <message>
        <source>Open a folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Show the files of this board</source>
        <translation>显示此变体板的文件</translation>
    </message>
    <message>
        <source>This board&apos;s files are in {folder}</source>
        <translation>此变体板的文件位于 {folder}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>ByHand</name>
    <message>
        <source>Ctrl+Alt+B brings the picture back as the frame.</source>
        <translation>按 Ctrl+Alt+B 把图像放回为该帧。</translation>
    </message>
    <message>
        <source>Frame {number} is kept as you painted it.</source>
        <translation>第 {number} 帧按您画的样子保留。</translation>
    </message>
    <message>
        <source>Let go</source>
        <translation>放开</translation>
    </message>
    <message>
        <source>The frame looks so already.</source>
        <translation>该帧已经是这个样子。</translation>
    </message>
    <message numerus="yes">
        <source>What was painted on %n frames is in the folder &apos;kept&apos;.</source>
        <translation>
            <numerusform>%n 帧上画过的内容在“kept”文件夹中。</numerusform>
        </translation>
    </message>
    <message>
        <source>{title}, frame {number}</source>
        <translation>{title}，第 {number} 帧</translation>
    </message>
</context>
<context>
    <name>CameraFields</name>
    <message>
        <source>Above 100 % is nearer</source>
        <translation>大于 100 % 时更近</translation>
    </message>
    <message>
        <source>Camera set here</source>
        <translation>在此设置镜头</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>向下</translation>
    </message>
    <message>
        <source>How far the camera has moved down, in heights of the picture</source>
        <translation>镜头向下移动的距离，以图像高度计</translation>
    </message>
    <message>
        <source>How far the camera has moved right, in widths of the picture</source>
        <translation>镜头向右移动的距离，以图像宽度计</translation>
    </message>
    <message>
        <source>Of the camera, clockwise; what it sees turns the other way</source>
        <translation>镜头顺时针旋转；画面反向旋转</translation>
    </message>
    <message>
        <source>Perspective: the left side goes away</source>
        <translation>透视：左侧远离</translation>
    </message>
    <message>
        <source>Perspective: the top goes away</source>
        <translation>透视：顶部远离</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>向右</translation>
    </message>
    <message>
        <source>Swing</source>
        <translation>侧摆</translation>
    </message>
    <message>
        <source>Tilt</source>
        <translation>俯仰</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>Without it the camera is where the key before has it</source>
        <translation>不设置时，镜头与前一关键帧相同</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>The picture. Arrow keys move it, Space and dragging pans.</source>
        <translation>图像。方向键移动视图，按住空格键拖动可平移。</translation>
    </message>
</context>
<context>
    <name>CanvasSize</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Bottom</source>
        <translation>底部</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Canvas size</source>
        <translation>画布大小</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Keep in place</source>
        <translation>固定位置</translation>
    </message>
    <message>
        <source>Keep the bottom</source>
        <translation>固定底部</translation>
    </message>
    <message>
        <source>Keep the bottom left</source>
        <translation>固定左下角</translation>
    </message>
    <message>
        <source>Keep the bottom right</source>
        <translation>固定右下角</translation>
    </message>
    <message>
        <source>Keep the left</source>
        <translation>固定左侧</translation>
    </message>
    <message>
        <source>Keep the middle</source>
        <translation>固定中心</translation>
    </message>
    <message>
        <source>Keep the right</source>
        <translation>固定右侧</translation>
    </message>
    <message>
        <source>Keep the top</source>
        <translation>固定顶部</translation>
    </message>
    <message>
        <source>Keep the top left</source>
        <translation>固定左上角</translation>
    </message>
    <message>
        <source>Keep the top right</source>
        <translation>固定右上角</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左侧</translation>
    </message>
    <message>
        <source>Nothing of the picture would be left. Take away less.</source>
        <translation>原有画面将全部被裁掉，请少裁一些。</translation>
    </message>
    <message>
        <source>Nothing would be left. Take away less.</source>
        <translation>画布将全部被裁掉，请少裁一些。</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右侧</translation>
    </message>
    <message>
        <source>Select the new room, to paint beyond the edge</source>
        <translation>选中新增区域，以便扩图</translation>
    </message>
    <message>
        <source>Sides go up to {most} px. Make it smaller.</source>
        <translation>边长最大为 {most} 像素，请改小。</translation>
    </message>
    <message>
        <source>The canvas is {width} × {height} px now.</source>
        <translation>当前画布为 {width} × {height} 像素。</translation>
    </message>
    <message>
        <source>The size is the same.</source>
        <translation>尺寸没有变化。</translation>
    </message>
    <message>
        <source>There is no new room.</source>
        <translation>没有新增区域。</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>顶部</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
</context>
<context>
    <name>Colours</name>
    <message>
        <source>Background colour</source>
        <translation>背景色</translation>
    </message>
    <message>
        <source>Foreground colour</source>
        <translation>前景色</translation>
    </message>
    <message>
        <source>{command} ({keys})</source>
        <translation>{command} ({keys})</translation>
    </message>
    <message>
        <source>{title}: {code}</source>
        <translation>{title}：{code}</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>Find a command by some of its letters</source>
        <translation>输入命令的部分字符进行查找</translation>
    </message>
    <message>
        <source>No command has these letters in this order.</source>
        <translation>没有包含这些字符的命令。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Pasted</source>
        <translation>粘贴的图像</translation>
    </message>
</context>
<context>
    <name>ComparePanes</name>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Difference: {share} % of the pixels, {mean} levels</source>
        <translation>差值：{share} % 的像素，平均 {mean} 级</translation>
    </message>
    <message>
        <source>No difference</source>
        <translation>没有差异</translation>
    </message>
</context>
<context>
    <name>ControlLayer</name>
    <message>
        <source>As it is</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Clear edges from</source>
        <translation>强边缘阈值</translation>
    </message>
    <message>
        <source>Control layer</source>
        <translation>控制图层</translation>
    </message>
    <message>
        <source>ControlNet</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>Edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>Faint edges from</source>
        <translation>弱边缘阈值</translation>
    </message>
    <message>
        <source>Few thick lines, for rough sketches</source>
        <translation>少量粗线，适合草图</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Guide with it</source>
        <translation>用它引导</translation>
    </message>
    <message>
        <source>How far the picture follows the layer</source>
        <translation>图像跟随该图层的程度</translation>
    </message>
    <message>
        <source>It is not installed here.</source>
        <translation>此处没有安装。</translation>
    </message>
    <message>
        <source>It would end before it starts.</source>
        <translation>结束早于开始。</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>线条</translation>
    </message>
    <message>
        <source>Make it a picture layer</source>
        <translation>改为图像图层</translation>
    </message>
    <message>
        <source>No ControlNet is installed: import one in the library. Until then, hide the layer to generate.</source>
        <translation>没有安装 ControlNet：请在库中导入。在此之前，请隐藏该图层再生成。</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>尚未选择</translation>
    </message>
    <message>
        <source>Read as</source>
        <translation>读取方式</translation>
    </message>
    <message>
        <source>Scribble</source>
        <translation>涂鸦</translation>
    </message>
    <message>
        <source>Sharp edges, for ControlNets of the kind canny</source>
        <translation>清晰的边缘，适合 canny 类 ControlNet</translation>
    </message>
    <message>
        <source>Soft copy</source>
        <translation>柔化副本</translation>
    </message>
    <message>
        <source>Soft lines, for line art and soft edges</source>
        <translation>柔和的线条，适合线稿和软边缘</translation>
    </message>
    <message>
        <source>Softness</source>
        <translation>柔化</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>The layer is a map already: depth, a pose, white lines on black</source>
        <translation>图层本身就是控制图：深度、姿势、黑底白线</translation>
    </message>
    <message>
        <source>The network through which the layer guides the picture</source>
        <translation>图层通过它来引导图像的网络</translation>
    </message>
    <message>
        <source>The picture without its detail, which is made anew</source>
        <translation>去掉细节的图像，细节会重新生成</translation>
    </message>
    <message>
        <source>The share of the steps after which it begins to guide</source>
        <translation>从步数的这一比例起开始引导</translation>
    </message>
    <message>
        <source>The share of the steps after which the picture is free</source>
        <translation>过了步数的这一比例后不再引导</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>What is made of the layer before the ControlNet sees it</source>
        <translation>ControlNet 看到之前如何处理该图层</translation>
    </message>
    <message>
        <source>What the ControlNet sees</source>
        <translation>ControlNet 看到的内容</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
</context>
<context>
    <name>Cycle</name>
    <message>
        <source>Blink</source>
        <translation>眨眼</translation>
    </message>
    <message>
        <source>Bob</source>
        <translation>浮动</translation>
    </message>
    <message>
        <source>Flash</source>
        <translation>闪白</translation>
    </message>
    <message>
        <source>Flicker</source>
        <translation>摇曳</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>待机</translation>
    </message>
    <message>
        <source>It breathes.</source>
        <translation>呼吸起伏。</translation>
    </message>
    <message>
        <source>It jumps once in squash and stretch.</source>
        <translation>以挤压和拉伸跳一次。</translation>
    </message>
    <message>
        <source>It rests, then flashes white twice.</source>
        <translation>静止，然后闪白两次。</translation>
    </message>
    <message>
        <source>It shuts its eyes and opens them. Select the eyes first where they are not found.</source>
        <translation>闭上眼睛再睁开。若找不到眼睛，请先在画布上选中它们。</translation>
    </message>
    <message>
        <source>It turns round like a coin.</source>
        <translation>像硬币一样转动。</translation>
    </message>
    <message>
        <source>Jump</source>
        <translation>跳跃</translation>
    </message>
    <message>
        <source>Spin</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>The model makes it anew a little in each frame. Say what it shows.</source>
        <translation>模型在每一帧中略微重绘。请说明画的是什么。</translation>
    </message>
    <message>
        <source>Up and down by whole pixels.</source>
        <translation>按整像素上下移动。</translation>
    </message>
</context>
<context>
    <name>CycleDialog</name>
    <message>
        <source>Amount</source>
        <translation>程度</translation>
    </message>
    <message>
        <source>As is usual for the motion</source>
        <translation>按动作的常用值</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cycle of a sprite</source>
        <translation>精灵循环动作</translation>
    </message>
    <message>
        <source>Each frame is made anew a little</source>
        <translation>每一帧都略微重绘</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>How far it moves; 100 % is usual</source>
        <translation>动作幅度；通常为 100 %</translation>
    </message>
    <message>
        <source>How long the whole of it takes</source>
        <translation>整个动作的时长</translation>
    </message>
    <message>
        <source>How many there are</source>
        <translation>共有多少</translation>
    </message>
    <message>
        <source>How much the model makes anew in each frame</source>
        <translation>模型在每一帧中重绘多少</translation>
    </message>
    <message>
        <source>In words, for the model</source>
        <translation>用文字告诉模型</translation>
    </message>
    <message>
        <source>It shows</source>
        <translation>画的是</translation>
    </message>
    <message>
        <source>Lasts</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Make the frames</source>
        <translation>生成帧</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Sprite</source>
        <translation>精灵图</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>The model moves the surface</source>
        <translation>由模型让表面变化</translation>
    </message>
    <message>
        <source>The motion</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>The picture that moves; it needs transparency</source>
        <translation>要动起来的图像；需要有透明部分</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>做什么动作</translation>
    </message>
</context>
<context>
    <name>Cycling</name>
    <message>
        <source>Frame {number}</source>
        <translation>第 {number} 帧</translation>
    </message>
    <message>
        <source>The chosen result</source>
        <translation>所选结果</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Favourite: it comes first</source>
        <translation>收藏：排在最前面</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>哈希值</translation>
    </message>
    <message>
        <source>It belongs to the program.</source>
        <translation>它是程序自带的。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Lies in</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Makes</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>测量结果</translation>
    </message>
    <message>
        <source>Measures which form of the model is the fastest here, and uses it</source>
        <translation>测量模型的哪种形式在此设备上最快，并使用它</translation>
    </message>
    <message>
        <source>Move to...</source>
        <translation>移动到...</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>占用磁盘</translation>
    </message>
    <message>
        <source>Optimise for this device...</source>
        <translation>为此设备优化...</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Put its word into the negative prompt</source>
        <translation>把它的触发词加入反向提示词</translation>
    </message>
    <message>
        <source>Runs as</source>
        <translation>运行形式</translation>
    </message>
    <message>
        <source>Selling</source>
        <translation>商用</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>本机速度</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>The same as</source>
        <translation>相同于</translation>
    </message>
    <message>
        <source>Undo the optimisation</source>
        <translation>撤销优化</translation>
    </message>
    <message>
        <source>Use as negative</source>
        <translation>用作反向</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use its word</source>
        <translation>使用触发词</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>with commas between them</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>{form}: not taken, {why}</source>
        <translation>{form}：未采用，{why}</translation>
    </message>
    <message>
        <source>{form}: {share} % time</source>
        <translation>{form}：耗时 {share}%</translation>
    </message>
    <message>
        <source>{form}: {share} % time, {percent} % off</source>
        <translation>{form}：耗时 {share}%，偏差 {percent}%</translation>
    </message>
</context>
<context>
    <name>DeviceBadge</name>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n 个线程</numerusform>
        </translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Device: {name}</source>
        <translation>设备：{name}</translation>
    </message>
    <message>
        <source>The model loads with the first picture.</source>
        <translation>模型将在生成第一张图像时加载。</translation>
    </message>
    <message>
        <source>{size} of weights loaded</source>
        <translation>已加载 {size} 权重</translation>
    </message>
</context>
<context>
    <name>DevicePanel</name>
    <message>
        <source>A folder with NVIDIA&apos;s libraries, for a program that came without them</source>
        <translation>装有 NVIDIA 库的文件夹，供未自带这些库的程序使用</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>系统内存</translation>
    </message>
    <message>
        <source>Models loaded</source>
        <translation>已加载模型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The GPU is not used</source>
        <translation>未使用 GPU</translation>
    </message>
    <message>
        <source>The details are on the clipboard.</source>
        <translation>详细信息已复制到剪贴板。</translation>
    </message>
    <message>
        <source>The model loads with the first picture.</source>
        <translation>模型将在生成第一张图像时加载。</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>本程序占用</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Use a GPU add-on...</source>
        <translation>使用 GPU 附加包...</translation>
    </message>
    <message>
        <source>Versions, system and device as plain text, for a bug report</source>
        <translation>以纯文本复制版本、系统和设备信息，用于报告问题</translation>
    </message>
    <message>
        <source>Weights loaded</source>
        <translation>已加载权重</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{used} of {total} in use</source>
        <translation>已用 {used}，共 {total}</translation>
    </message>
</context>
<context>
    <name>DocumentArea</name>
    <message>
        <source>Close (Ctrl+W)</source>
        <translation>关闭 (Ctrl+W)</translation>
    </message>
    <message>
        <source>Close {name}</source>
        <translation>关闭 {name}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Open documents</source>
        <translation>打开的文档</translation>
    </message>
</context>
<context>
    <name>Edits</name>
    <message>
        <source>Add layer</source>
        <translation>添加图层</translation>
    </message>
    <message>
        <source>Apply picture</source>
        <translation>应用图像</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Blend mode</source>
        <translation>混合模式</translation>
    </message>
    <message>
        <source>Bucket fill</source>
        <translation>油漆桶填充</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Control layer</source>
        <translation>控制图层</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>擦除蒙版</translation>
    </message>
    <message>
        <source>Extend canvas</source>
        <translation>扩展画布</translation>
    </message>
    <message>
        <source>Extend layer</source>
        <translation>扩展图层</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>羽化选区</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Finish layer</source>
        <translation>成品处理图层</translation>
    </message>
    <message>
        <source>Flatten</source>
        <translation>拼合图像</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>扩展选区</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>隐藏图层</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>反选</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Layer 1</source>
        <translation>图层 1</translation>
    </message>
    <message>
        <source>Layer opacity</source>
        <translation>图层不透明度</translation>
    </message>
    <message>
        <source>Layer via copy</source>
        <translation>通过复制新建图层</translation>
    </message>
    <message>
        <source>Layer {0}</source>
        <translation>图层 {0}</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>锁定图层</translation>
    </message>
    <message>
        <source>Magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>移动图层</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>绘画</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>绘制蒙版</translation>
    </message>
    <message>
        <source>Picture layer</source>
        <translation>图像图层</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>置入图像</translation>
    </message>
    <message>
        <source>Remove layer</source>
        <translation>删除图层</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>调整图层顺序</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select by alpha</source>
        <translation>按不透明区域选择</translation>
    </message>
    <message>
        <source>Show all layers</source>
        <translation>显示所有图层</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>显示图层</translation>
    </message>
    <message>
        <source>Show one layer</source>
        <translation>仅显示一个图层</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>收缩选区</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>解锁图层</translation>
    </message>
    <message>
        <source>{0} copy</source>
        <translation>{0} 副本</translation>
    </message>
</context>
<context>
    <name>EndedLine</name>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message numerus="yes">
        <source>%n frames</source>
        <translation>
            <numerusform>%n 帧</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these frames are not made yet.</source>
        <translation>
            <numerusform>其中 %n 帧尚未生成。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n 页</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n frames</source>
        <translation>
            <numerusform>全部 %n 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>选择...</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export the animation</source>
        <translation>导出动画</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frames are being made. It can be exported when they are there.</source>
        <translation>正在生成帧，完成后即可导出。</translation>
    </message>
    <message>
        <source>Frames {first} to {last}</source>
        <translation>第 {first} 至 {last} 帧</translation>
    </message>
    <message>
        <source>Looking at the frames</source>
        <translation>正在查看各帧</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>导出进度</translation>
    </message>
    <message>
        <source>Reading back and comparing</source>
        <translation>正在读回并比较</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopped. The frames are all there; export them again when you like.</source>
        <translation>已停止。各帧都在，可随时再次导出。</translation>
    </message>
    <message>
        <source>The frames are all there; it can be tried again.</source>
        <translation>各帧都在，可以再试一次。</translation>
    </message>
    <message>
        <source>Which frames are written</source>
        <translation>写入哪些帧</translation>
    </message>
    <message>
        <source>Working...</source>
        <translation>处理中...</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>Written, cut out again and compared: every pixel is as it was. {files} in {folder}.</source>
        <translation>已写入、重新裁出并比较：每个像素都一致。{files} 在 {folder} 中。</translation>
    </message>
    <message>
        <source>Written, read back and compared: {what}. {path}, {size}.</source>
        <translation>已写入、读回并比较：{what}。{path}，{size}。</translation>
    </message>
    <message>
        <source>at most {number} of 255 levels off</source>
        <translation>最多相差 255 级中的 {number} 级</translation>
    </message>
    <message>
        <source>every pixel is as it was</source>
        <translation>每个像素都一致</translation>
    </message>
    <message>
        <source>times are rounded to {time}</source>
        <translation>时间舍入到 {time}</translation>
    </message>
    <message>
        <source>trimmed and packed</source>
        <translation>修剪并紧密排列</translation>
    </message>
    <message>
        <source>{names} is there already and will be replaced.</source>
        <translation>{names} 已存在，将被替换。</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>每秒 {rate} 帧</translation>
    </message>
</context>
<context>
    <name>ExportFields</name>
    <message>
        <source>0 for about square</source>
        <translation>0 表示接近正方形</translation>
    </message>
    <message>
        <source>0 to 100; higher is larger and nearer to the frames</source>
        <translation>0 到 100；越高文件越大，越接近原帧</translation>
    </message>
    <message>
        <source>A folder of exact pictures</source>
        <translation>精确图像的文件夹</translation>
    </message>
    <message>
        <source>A picture and Aseprite&apos;s JSON array; most engines read it</source>
        <translation>图像和 Aseprite 的 JSON 数组；多数引擎能读取</translation>
    </message>
    <message>
        <source>A picture and Aseprite&apos;s JSON hash</source>
        <translation>图像和 Aseprite 的 JSON 哈希</translation>
    </message>
    <message>
        <source>A picture and SpriteFrames for Godot 4</source>
        <translation>图像和 Godot 4 的 SpriteFrames</translation>
    </message>
    <message>
        <source>A picture and TexturePacker&apos;s JSON</source>
        <translation>图像和 TexturePacker 的 JSON</translation>
    </message>
    <message>
        <source>A picture and a spritesheet for PixiJS</source>
        <translation>图像和 PixiJS 的精灵表</translation>
    </message>
    <message>
        <source>A picture with its slices for Unity, and JSON for the times</source>
        <translation>带切片的 Unity 图像，以及记录时间的 JSON</translation>
    </message>
    <message>
        <source>A picture, a multiatlas and animations for Phaser</source>
        <translation>图像、Phaser 的多重图集和动画</translation>
    </message>
    <message>
        <source>A small video with transparency, for the web and engines</source>
        <translation>体积小、带透明的视频，用于网页和引擎</translation>
    </message>
    <message>
        <source>A video that plays everywhere; no transparency</source>
        <translation>到处都能播放的视频；没有透明</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Behind what is transparent</source>
        <translation>透明部分后面的颜色</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colours at full resolution</source>
        <translation>全分辨率颜色</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Dither</source>
        <translation>抖动</translation>
    </message>
    <message>
        <source>Else frames are laid on the background</source>
        <translation>否则各帧放在背景上</translation>
    </message>
    <message>
        <source>Empty pixels around and between frames</source>
        <translation>帧周围和之间的空像素</translation>
    </message>
    <message>
        <source>Equal cells, or as close as they fit</source>
        <translation>等大的单元格，或尽量紧密</translation>
    </message>
    <message>
        <source>Exact or small, with transparency; browsers play it</source>
        <translation>精确或体积小，带透明；浏览器可播放</translation>
    </message>
    <message>
        <source>Exact, with transparency; browsers play it</source>
        <translation>精确，带透明；浏览器可播放</translation>
    </message>
    <message>
        <source>Extrude</source>
        <translation>边缘外扩</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>H.264 where it is there</source>
        <translation>可用时为 H.264</translation>
    </message>
    <message>
        <source>How often a frame&apos;s edge is repeated around it</source>
        <translation>帧边缘在四周重复的次数</translation>
    </message>
    <message>
        <source>How often it plays; 0 for ever</source>
        <translation>播放次数；0 表示无限</translation>
    </message>
    <message>
        <source>How the video is coded</source>
        <translation>视频的编码方式</translation>
    </message>
    <message>
        <source>Keep transparency</source>
        <translation>保留透明</translation>
    </message>
    <message>
        <source>Largest side</source>
        <translation>最大边长</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>排列</translation>
    </message>
    <message>
        <source>Leave out what is transparent around frames</source>
        <translation>去掉帧周围的透明部分</translation>
    </message>
    <message>
        <source>Mix colours that the palette does not have; it does not crawl</source>
        <translation>混合调色板没有的颜色；不会爬动</translation>
    </message>
    <message>
        <source>Numbered PNG files</source>
        <translation>编号的 PNG 文件</translation>
    </message>
    <message>
        <source>Of a page; more pages are made when it is full</source>
        <translation>单页的边长；满了就加页</translation>
    </message>
    <message>
        <source>Of the palette; transparency counts as one</source>
        <translation>调色板的颜色数；透明算一种</translation>
    </message>
    <message>
        <source>Packed</source>
        <translation>紧密</translation>
    </message>
    <message>
        <source>Pad to even sides</source>
        <translation>补成偶数边长</translation>
    </message>
    <message>
        <source>Padding</source>
        <translation>间距</translation>
    </message>
    <message>
        <source>Pages as some engines want them</source>
        <translation>某些引擎要求的页面</translation>
    </message>
    <message>
        <source>Pivot, across</source>
        <translation>轴心，横向</translation>
    </message>
    <message>
        <source>Pivot, down</source>
        <translation>轴心，纵向</translation>
    </message>
    <message>
        <source>Plays</source>
        <translation>播放次数</translation>
    </message>
    <message>
        <source>Plays everywhere; up to 256 colours, pixels are seen or not</source>
        <translation>到处都能播放；最多 256 色，像素只有可见或不可见</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Sharper edges of colour; some players cannot</source>
        <translation>颜色边缘更清晰；有些播放器不支持</translation>
    </message>
    <message>
        <source>Sheet: Aseprite</source>
        <translation>精灵表：Aseprite</translation>
    </message>
    <message>
        <source>Sheet: Aseprite, by name</source>
        <translation>精灵表：Aseprite，按名称</translation>
    </message>
    <message>
        <source>Sheet: Godot</source>
        <translation>精灵表：Godot</translation>
    </message>
    <message>
        <source>Sheet: Phaser</source>
        <translation>精灵表：Phaser</translation>
    </message>
    <message>
        <source>Sheet: PixiJS</source>
        <translation>精灵表：PixiJS</translation>
    </message>
    <message>
        <source>Sheet: TexturePacker</source>
        <translation>精灵表：TexturePacker</translation>
    </message>
    <message>
        <source>Sheet: Unity</source>
        <translation>精灵表：Unity</translation>
    </message>
    <message>
        <source>Sides of powers of two</source>
        <translation>边长为 2 的幂</translation>
    </message>
    <message>
        <source>Some players need sides of even numbers</source>
        <translation>有些播放器需要偶数边长</translation>
    </message>
    <message>
        <source>The point that stands still, from the left</source>
        <translation>静止不动的点，从左算起</translation>
    </message>
    <message>
        <source>The point that stands still, from the top</source>
        <translation>静止不动的点，从上算起</translation>
    </message>
    <message>
        <source>Trim empty borders</source>
        <translation>修剪空白边缘</translation>
    </message>
    <message>
        <source>What is written</source>
        <translation>写成什么</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>精确</translation>
    </message>
</context>
<context>
    <name>ExtendTool</name>
    <message>
        <source>The new room is selected: press Generate to fill it.</source>
        <translation>已选中新增区域，单击“生成”即可填充。</translation>
    </message>
</context>
<context>
    <name>FailedCard</name>
    <message>
        <source>Copy the message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Details of the failure</source>
        <translation>失败的详细信息</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Failed: {title}. {sentence}</source>
        <translation>失败：{title}。{sentence}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>Closing when everything is written...</source>
        <translation>全部写入后关闭...</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>拖入的图像</translation>
    </message>
    <message>
        <source>Exported {name}.</source>
        <translation>已导出 {name}。</translation>
    </message>
    <message>
        <source>PSD keeps the layers but not the results; save as .ora to keep those too.</source>
        <translation>PSD 保留图层但不保留结果；要一并保留，请另存为 .ora。</translation>
    </message>
    <message>
        <source>Placed as a layer: move it, or press T to scale it.</source>
        <translation>已置入为图层：可移动，或按 T 键缩放。</translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation>已保存 {name}。</translation>
    </message>
    <message>
        <source>Saving {name}...</source>
        <translation>正在保存 {name}...</translation>
    </message>
    <message>
        <source>{name} was made with {models}, whose licence allows no commercial use.</source>
        <translation>{name} 使用了 {models}，其许可证不允许商用。</translation>
    </message>
</context>
<context>
    <name>Finish</name>
    <message>
        <source>2x2</source>
        <translation>2x2</translation>
    </message>
    <message>
        <source>4x4</source>
        <translation>4x4</translation>
    </message>
    <message>
        <source>8x8</source>
        <translation>8x8</translation>
    </message>
    <message>
        <source>Add a step first.</source>
        <translation>请先添加一个步骤。</translation>
    </message>
    <message>
        <source>After</source>
        <translation>处理后</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>透明度</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>程度</translation>
    </message>
    <message>
        <source>Anchor</source>
        <translation>锚点</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply to</source>
        <translation>应用到</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>Bleed</source>
        <translation>颜色外扩</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>格数</translation>
    </message>
    <message>
        <source>Chains</source>
        <translation>步骤组</translation>
    </message>
    <message>
        <source>Checkers</source>
        <translation>棋盘格</translation>
    </message>
    <message>
        <source>Choke</source>
        <translation>收边</translation>
    </message>
    <message>
        <source>Clean edges</source>
        <translation>干净的边缘</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colouring</source>
        <translation>着色方式</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色数</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>变暗程度</translation>
    </message>
    <message>
        <source>Defringe</source>
        <translation>去杂边</translation>
    </message>
    <message>
        <source>Despeckle</source>
        <translation>去斑点</translation>
    </message>
    <message>
        <source>Dither</source>
        <translation>抖动</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>向下</translation>
    </message>
    <message>
        <source>Drop shadow</source>
        <translation>投影</translation>
    </message>
    <message>
        <source>Edge</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>Engine-ready</source>
        <translation>适合游戏引擎</translation>
    </message>
    <message>
        <source>Fewer colours</source>
        <translation>减少颜色</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>成品处理</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Halo over {grounds}</source>
        <translation>光晕：{grounds}</translation>
    </message>
    <message>
        <source>Harden</source>
        <translation>硬化</translation>
    </message>
    <message>
        <source>Haze</source>
        <translation>雾边</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Icon with outline</source>
        <translation>带描边的图标</translation>
    </message>
    <message>
        <source>If too large</source>
        <translation>过大时</translation>
    </message>
    <message>
        <source>Its own colours</source>
        <translation>图像自身的颜色</translation>
    </message>
    <message>
        <source>Keep these steps</source>
        <translation>保存这些步骤</translation>
    </message>
    <message>
        <source>Keep these steps...</source>
        <translation>保存这些步骤...</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>边距</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Multiple of</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>On</source>
        <translation>底色</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>描边</translation>
    </message>
    <message>
        <source>Pad</source>
        <translation>补边</translation>
    </message>
    <message>
        <source>Palette</source>
        <translation>调色板</translation>
    </message>
    <message>
        <source>Pixel art, 32 colours</source>
        <translation>像素画，32 色</translation>
    </message>
    <message>
        <source>Pixel art, handheld</source>
        <translation>像素画，掌机</translation>
    </message>
    <message>
        <source>Pixelate</source>
        <translation>像素化</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>半径</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Round up to</source>
        <translation>向上取整到</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>锐化</translation>
    </message>
    <message>
        <source>Side</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Smallest part</source>
        <translation>最小部分</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>正方形</translation>
    </message>
    <message>
        <source>Steps that belong together: presets, and those that you keep</source>
        <translation>成组的步骤：预设，以及您保存的步骤组</translation>
    </message>
    <message>
        <source>Sticker</source>
        <translation>贴纸</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Take away lone specks and burrs</source>
        <translation>去掉孤立的斑点和毛刺</translation>
    </message>
    <message>
        <source>The picture is large: the previews show the part that is seen on the canvas.</source>
        <translation>图像较大：预览只显示画布上可见的部分。</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>To the right</source>
        <translation>向右</translation>
    </message>
    <message>
        <source>Trim</source>
        <translation>裁边</translation>
    </message>
    <message>
        <source>Twice as large</source>
        <translation>放大两倍</translation>
    </message>
    <message>
        <source>Upscale</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>What the previews are shown on</source>
        <translation>预览所用的底色</translation>
    </message>
    <message>
        <source>What the steps are applied to</source>
        <translation>这些步骤应用到什么上</translation>
    </message>
    <message>
        <source>Widen the canvas where needed</source>
        <translation>需要时扩大画布</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Working...</source>
        <translation>处理中...</translation>
    </message>
    <message>
        <source>a canvas of an exact size, of a multiple, or of the next power of two</source>
        <translation>把画布补到指定尺寸、某个倍数或下一个 2 的幂</translation>
    </message>
    <message>
        <source>a grid of large pixels in few colours, or the true pixels of enlarged pixel art</source>
        <translation>变成颜色较少的大像素网格，或还原放大过的像素画</translation>
    </message>
    <message>
        <source>a line around the shape, of one colour or a darker one of what it borders on</source>
        <translation>在形状周围加线，单色或取相邻颜色加深</translation>
    </message>
    <message>
        <source>a shadow beneath the shape, soft or of whole pixels</source>
        <translation>在形状下方加阴影，柔和或整像素</translation>
    </message>
    <message>
        <source>a whole number of times as large</source>
        <translation>按整数倍放大</translation>
    </message>
    <message>
        <source>alpha up to which a pixel away from any part is haze</source>
        <translation>远离主体的像素，透明度不高于此值即视为雾边</translation>
    </message>
    <message>
        <source>alpha up to which a pixel counts as empty</source>
        <translation>透明度不高于此值的像素视为空</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>black</source>
        <translation>黑色</translation>
    </message>
    <message>
        <source>both sides as long as the longer one</source>
        <translation>两边都取较长边的长度</translation>
    </message>
    <message>
        <source>bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>bottom left</source>
        <translation>左下</translation>
    </message>
    <message>
        <source>bottom right</source>
        <translation>右下</translation>
    </message>
    <message>
        <source>centre</source>
        <translation>居中</translation>
    </message>
    <message>
        <source>colour under empty pixels around, for engines that filter textures</source>
        <translation>在周围空像素下填充颜色，供会过滤纹理的引擎使用</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>裁切</translation>
    </message>
    <message>
        <source>edges without the colours of an old background</source>
        <translation>去掉边缘上残留的旧背景颜色</translation>
    </message>
    <message>
        <source>empty pixels to leave</source>
        <translation>保留的空像素</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>指定尺寸</translation>
    </message>
    <message>
        <source>exact height; 0 for the picture&apos;s</source>
        <translation>指定高度；0 为图像自身的高度</translation>
    </message>
    <message>
        <source>exact width; 0 for the picture&apos;s</source>
        <translation>指定宽度；0 为图像自身的宽度</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>单色</translation>
    </message>
    <message>
        <source>flat: the colour below; neighbour: each pixel&apos;s neighbour, darkened</source>
        <translation>单色：用下面的颜色；相邻：取相邻像素的颜色并加深</translation>
    </message>
    <message>
        <source>hard</source>
        <translation>硬</translation>
    </message>
    <message>
        <source>hard: a pixel is there or not; soft: it may be half there</source>
        <translation>硬：像素要么有要么没有；柔：可以半透明</translation>
    </message>
    <message>
        <source>hard: whole pixels; soft: smooth; auto: as the picture is</source>
        <translation>硬：整像素；柔：平滑；自动：与图像一致</translation>
    </message>
    <message>
        <source>how dark</source>
        <translation>有多深</translation>
    </message>
    <message>
        <source>how far down</source>
        <translation>向下多远</translation>
    </message>
    <message>
        <source>how far inside the true colour may lie</source>
        <translation>真实颜色最多在多深处</translation>
    </message>
    <message>
        <source>how far to the right</source>
        <translation>向右多远</translation>
    </message>
    <message>
        <source>how many of its own, without a palette</source>
        <translation>不用调色板时，自身颜色的数量</translation>
    </message>
    <message>
        <source>how many of its own, without a palette; 0 for as many as come</source>
        <translation>不用调色板时，自身颜色的数量；0 为不限</translation>
    </message>
    <message>
        <source>how many times as large</source>
        <translation>放大到几倍</translation>
    </message>
    <message>
        <source>how much</source>
        <translation>程度</translation>
    </message>
    <message>
        <source>how much darker a neighbour&apos;s colour gets</source>
        <translation>相邻颜色加深的程度</translation>
    </message>
    <message>
        <source>how much of a cell must be there for the pixel to be there</source>
        <translation>一格中至少要有多少，才算有这个像素</translation>
    </message>
    <message>
        <source>how much of the fringe is replaced</source>
        <translation>替换多少杂边</translation>
    </message>
    <message>
        <source>how soft; 0 for pixel art</source>
        <translation>柔和程度；像素画用 0</translation>
    </message>
    <message>
        <source>how wide</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>how wide the edges are</source>
        <translation>边缘的宽度</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>内侧</translation>
    </message>
    <message>
        <source>integer</source>
        <translation>整数倍</translation>
    </message>
    <message>
        <source>integer: each pixel a square, for pixel art; lanczos: smooth; model: redrawn, for icons</source>
        <translation>整数倍：每个像素变成方块，适合像素画；Lanczos：平滑；模型：重新绘制，适合图标</translation>
    </message>
    <message>
        <source>lanczos</source>
        <translation>Lanczos</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>magenta</source>
        <translation>洋红</translation>
    </message>
    <message>
        <source>make the edge steeper: 0 as it is, 1 whole pixels</source>
        <translation>让边缘更陡：0 不变，1 为整像素</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>multiple</source>
        <translation>倍数</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>相邻</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>of a flat line</source>
        <translation>单色线的颜色</translation>
    </message>
    <message>
        <source>of the shadow</source>
        <translation>阴影的颜色</translation>
    </message>
    <message>
        <source>of which a side is to be a multiple</source>
        <translation>边长要成为它的倍数</translation>
    </message>
    <message>
        <source>outside</source>
        <translation>外侧</translation>
    </message>
    <message>
        <source>outside or inside the shape</source>
        <translation>在形状外侧或内侧</translation>
    </message>
    <message>
        <source>parts smaller than this part of the largest go</source>
        <translation>小于最大部分的这个比例的部分会被去掉</translation>
    </message>
    <message>
        <source>pattern that mixes two colours where none is near</source>
        <translation>没有相近颜色时，用两种颜色混合的图案</translation>
    </message>
    <message>
        <source>pixels along the longer side; 0 finds the grid of existing pixel art</source>
        <translation>较长边的像素数；0 为找出已有像素画的网格</translation>
    </message>
    <message>
        <source>power of two</source>
        <translation>2 的幂</translation>
    </message>
    <message>
        <source>refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>shrink</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>soft</source>
        <translation>柔</translation>
    </message>
    <message>
        <source>steeper edges inside the shape, without rings</source>
        <translation>让形状内部的边缘更陡，不产生光环</translation>
    </message>
    <message>
        <source>take away lone specks and burrs</source>
        <translation>去掉孤立的斑点和毛刺</translation>
    </message>
    <message>
        <source>take this much off the outline first, where the fringe is opaque</source>
        <translation>杂边不透明时，先把轮廓收进这么多</translation>
    </message>
    <message>
        <source>the colours; left out, the picture&apos;s own best few</source>
        <translation>使用的颜色；不选则取图像自身最合适的几种</translation>
    </message>
    <message>
        <source>the nearest colours of a palette, or the picture&apos;s own best few</source>
        <translation>换成调色板中最接近的颜色，或图像自身最合适的几种</translation>
    </message>
    <message>
        <source>then each side up to the next power of two, or multiple</source>
        <translation>再把每边补到下一个 2 的幂或倍数</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>top left</source>
        <translation>左上</translation>
    </message>
    <message>
        <source>top right</source>
        <translation>右上</translation>
    </message>
    <message>
        <source>what is done with a picture that is larger than the exact size</source>
        <translation>图像大于指定尺寸时怎么办</translation>
    </message>
    <message>
        <source>where the picture stands on the canvas</source>
        <translation>图像在画布上的位置</translation>
    </message>
    <message>
        <source>white</source>
        <translation>白色</translation>
    </message>
    <message>
        <source>widen the canvas where it would be cut off</source>
        <translation>会被切掉时扩大画布</translation>
    </message>
    <message>
        <source>without specks and haze around the shape</source>
        <translation>去掉形状周围的斑点和雾边</translation>
    </message>
    <message>
        <source>without the empty border</source>
        <translation>去掉空白边缘</translation>
    </message>
</context>
<context>
    <name>Finishing</name>
    <message numerus="yes">
        <source>%n chosen results</source>
        <translation>
            <numerusform>选中的 %n 个结果</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results were finished; the old ones are still there.</source>
        <translation>
            <numerusform>已处理 %n 个结果；原来的仍在。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n results</source>
        <translation>
            <numerusform>全部 %n 个结果</numerusform>
        </translation>
    </message>
    <message>
        <source>Finished. Ctrl+Z takes it back.</source>
        <translation>已处理。Ctrl+Z 可撤销。</translation>
    </message>
    <message>
        <source>It is locked.</source>
        <translation>它已锁定。</translation>
    </message>
    <message>
        <source>The layer &apos;{name}&apos;</source>
        <translation>图层“{name}”</translation>
    </message>
</context>
<context>
    <name>FrameStrip</name>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
</context>
<context>
    <name>GeneratePanel</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n 个等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>2nd seed</source>
        <translation>变体种子</translation>
    </message>
    <message>
        <source>A look that is added to your words. Only styles that suit the model.</source>
        <translation>附加到提示词上的画风。仅列出适合当前模型的风格。</translation>
    </message>
    <message>
        <source>A new picture from words alone.</source>
        <translation>只凭提示词生成新图像。</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Auto: {mode}</source>
        <translation>自动：{mode}</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Blurred surroundings</source>
        <translation>模糊的周围内容</translation>
    </message>
    <message>
        <source>Bring the colours of what is new in line with its surroundings.</source>
        <translation>使新内容的颜色与周围协调。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Clip skip</source>
        <translation>CLIP 跳过层</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colours come from your words and the style.</source>
        <translation>颜色由提示词和风格决定。</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文范围</translation>
    </message>
    <message>
        <source>Continued surroundings</source>
        <translation>延续的周围内容</translation>
    </message>
    <message>
        <source>Describe the picture</source>
        <translation>描述想要的图像</translation>
    </message>
    <message>
        <source>Draw a new seed (Ctrl+Shift+D)</source>
        <translation>换一个随机种子 (Ctrl+Shift+D)</translation>
    </message>
    <message>
        <source>Draw another seed to mix in</source>
        <translation>换一个变体种子</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>以前的提示词</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down in the prompt)</source>
        <translation>以前的提示词（在提示词中按 Alt+Up、Alt+Down）</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Files in the loras folder by name, with weights, for instance ink:0.8, wash:0.4. Those of the style come on top.</source>
        <translation>loras 文件夹中的文件名和权重，例如 ink:0.8, wash:0.4。风格自带的 LoRA 会叠加。</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>后期</translation>
    </message>
    <message>
        <source>For yourself: the pictures it was taught from may not be passed on, or nobody knows.</source>
        <translation>仅供您自己使用：训练所用的图像不得分发，或情况不明。</translation>
    </message>
    <message>
        <source>Found from the picture and what is selected.</source>
        <translation>根据画面和选区自动决定。</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>自由</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>How closely your words are followed. Low leaves the model free, high is literal and hard; at 1 and below the negative prompt is not used.</source>
        <translation>遵循提示词的程度。低则模型自由发挥，高则更贴字面、画面更硬；不大于 1 时不使用反向提示词。</translation>
    </message>
    <message>
        <source>How far it may go from what is there: a little keeps the shapes, all of it begins anew.</source>
        <translation>可以偏离原图的程度：低则保留形状，最高则完全重画。</translation>
    </message>
    <message>
        <source>How many to make and choose from. Each has the next seed.</source>
        <translation>一次生成多少张以供挑选。每张依次使用下一个种子。</translation>
    </message>
    <message>
        <source>How much around the selection the model sees, measured in selections. More fits in better, less gives finer detail.</source>
        <translation>模型能看到选区周围多大范围，以选区大小为单位。越大越融合，越小细节越精细。</translation>
    </message>
    <message>
        <source>How much of a second seed is mixed in: a little gives near relatives of the same picture.</source>
        <translation>混入变体种子的比例：少量混入可得到与原图相近的变体。</translation>
    </message>
    <message>
        <source>How often the picture is refined. More takes longer, and after some dozens changes little.</source>
        <translation>图像被细化的次数。越多耗时越长，超过几十步后变化很小。</translation>
    </message>
    <message>
        <source>How should it differ?</source>
        <translation>希望有什么不同？</translation>
    </message>
    <message>
        <source>It is made for another model.</source>
        <translation>它是为其他模型制作的。</translation>
    </message>
    <message>
        <source>Keep the mood</source>
        <translation>保持色调</translation>
    </message>
    <message>
        <source>Keep the outside</source>
        <translation>选区外不变</translation>
    </message>
    <message>
        <source>Keep the palette</source>
        <translation>保持调色板</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>锁定种子</translation>
    </message>
    <message>
        <source>Keep the seed: the next runs use it again. Open, each run gets a new one.</source>
        <translation>锁定种子：之后的生成沿用此种子。不锁定时，每次生成都使用新的种子。</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>Last layers of the text encoder that are left out. Some models were trained with 1; leave it at 0 unless yours says so.</source>
        <translation>略过文本编码器最后的层数。有些模型以 1 训练；除非模型有说明，否则请保持为 0。</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Made anew</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Match colours</source>
        <translation>匹配颜色</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>反向提示词</translation>
    </message>
    <message>
        <source>New 2nd seed</source>
        <translation>新的变体种子</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>新的随机种子</translation>
    </message>
    <message>
        <source>No prompt was used yet.</source>
        <translation>还没有用过的提示词。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Not used at guidance 1 and below. Raise the guidance under More.</source>
        <translation>引导强度不大于 1 时不使用。请在“更多”中提高引导强度。</translation>
    </message>
    <message>
        <source>Only colours that the picture has.</source>
        <translation>只使用图像中已有的颜色。</translation>
    </message>
    <message>
        <source>Only for inpainting and outpainting: brush over what should change.</source>
        <translation>仅用于局部重绘和扩图：请用画笔涂抹要改变的地方。</translation>
    </message>
    <message>
        <source>Only for pictures from words alone: here the canvas gives the size.</source>
        <translation>仅用于只凭提示词生成：此处的尺寸由画布决定。</translation>
    </message>
    <message>
        <source>Only what is selected is made anew.</source>
        <translation>仅重绘选区内的内容。</translation>
    </message>
    <message>
        <source>Only what lies inside guides; the outline is free.</source>
        <translation>只以内部内容为参考，轮廓自由变化。</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像数量</translation>
    </message>
    <message>
        <source>Plain grey</source>
        <translation>纯灰色</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Raise the variation first.</source>
        <translation>请先提高变体强度。</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Settings that the model and the style have sensible values for.</source>
        <translation>模型和风格已为这些设置提供合适的值。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Steps that every whole picture goes through; their names are offered as you type. Those of the style come first. Results of a selection are left as they are.</source>
        <translation>每张整幅图像都要经过的步骤，输入时会提示名称。风格自带的步骤在先。选区的结果保持原样。</translation>
    </message>
    <message>
        <source>Stop the picture that is being made (Esc)</source>
        <translation>停止正在生成的图像 (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>The left and right edges fit together without a seam: for textures and tiles.</source>
        <translation>左右边缘无缝衔接，适合纹理和图块。</translation>
    </message>
    <message>
        <source>The number that the next picture grows from. The same seed and settings give the same picture.</source>
        <translation>决定下一张图像的起点。种子和设置相同，结果也相同。</translation>
    </message>
    <message>
        <source>The outline changes with the rest, by the strength.</source>
        <translation>轮廓随其余部分一起按重绘强度变化。</translation>
    </message>
    <message>
        <source>The picture is continued into what is selected beyond it.</source>
        <translation>将图像延伸到画面之外的选区。</translation>
    </message>
    <message>
        <source>The same mean colour and contrast as the picture.</source>
        <translation>平均颜色和对比度与图像相同。</translation>
    </message>
    <message>
        <source>The seed that is mixed in. Empty it to mix in none.</source>
        <translation>要混入的种子。清空则不混入。</translation>
    </message>
    <message>
        <source>The soft band stays inside the selection: not one pixel outside changes.</source>
        <translation>柔和过渡只在选区之内：选区外的像素完全不变。</translation>
    </message>
    <message>
        <source>The top and bottom edges fit together without a seam: for textures and tiles.</source>
        <translation>上下边缘无缝衔接，适合纹理和图块。</translation>
    </message>
    <message>
        <source>The way from noise to picture. Each ends in a somewhat different picture and speed.</source>
        <translation>从噪声到图像的算法。不同采样器的画面和速度略有不同。</translation>
    </message>
    <message>
        <source>The whole picture again, differently.</source>
        <translation>以不同的方式重绘整张图像。</translation>
    </message>
    <message>
        <source>The width of the soft band in which new and old run into each other.</source>
        <translation>新旧内容相互融合的柔和过渡带的宽度。</translation>
    </message>
    <message>
        <source>This model paints without a negative prompt.</source>
        <translation>此模型不使用反向提示词。</translation>
    </message>
    <message>
        <source>This style is not installed.</source>
        <translation>未安装此风格。</translation>
    </message>
    <message>
        <source>Tile left to right</source>
        <translation>水平平铺</translation>
    </message>
    <message>
        <source>Tile top to bottom</source>
        <translation>垂直平铺</translation>
    </message>
    <message>
        <source>Transparency stays exactly as it is.</source>
        <translation>透明度完全保持不变。</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>变体强度</translation>
    </message>
    <message>
        <source>Varied</source>
        <translation>随之变化</translation>
    </message>
    <message>
        <source>What becomes of the picture&apos;s outline in a variation.</source>
        <translation>图生图时如何处理图像的轮廓。</translation>
    </message>
    <message>
        <source>What is made. Auto looks at the picture: an empty canvas is generated, what is selected is inpainted, and with nothing selected the whole picture is varied.</source>
        <translation>生成的方式。“自动”根据画面决定：画布为空时生成，有选区时局部重绘，没有选区时对整张图像进行图生图。</translation>
    </message>
    <message>
        <source>What is not to be seen. Ctrl+Up and Ctrl+Down give words more or less weight.</source>
        <translation>不希望出现的内容。Ctrl+Up 和 Ctrl+Down 可增减词语的权重。</translation>
    </message>
    <message>
        <source>What is there</source>
        <translation>原有内容</translation>
    </message>
    <message>
        <source>What is to be seen. Ctrl+Up and Ctrl+Down give words more or less weight, Alt+Up and Alt+Down bring back earlier prompts, Ctrl+Enter generates.</source>
        <translation>希望出现的内容。Ctrl+Up 和 Ctrl+Down 可增减词语的权重，Alt+Up 和 Alt+Down 可调出以前的提示词，Ctrl+Enter 开始生成。</translation>
    </message>
    <message>
        <source>What lies beyond the edge?</source>
        <translation>画面之外是什么？</translation>
    </message>
    <message>
        <source>What of the picture&apos;s colours a variation keeps.</source>
        <translation>图生图时保留图像的哪些颜色。</translation>
    </message>
    <message>
        <source>What should be there?</source>
        <translation>此处应该是什么？</translation>
    </message>
    <message>
        <source>What the selected part holds before the model begins to paint in it.</source>
        <translation>模型开始绘制之前，选区内的初始内容。</translation>
    </message>
    <message>
        <source>Who paints. Models differ in what they know, their size and their speed.</source>
        <translation>由谁来画。各模型的所长、大小和速度不同。</translation>
    </message>
    <message>
        <source>Width and height in pixels. Choose one that the model is good at, or type another.</source>
        <translation>宽度和高度，以像素为单位。可选择模型擅长的尺寸，也可自行输入。</translation>
    </message>
    <message>
        <source>anew</source>
        <translation>重新绘制</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>keep</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{action} (Ctrl+Enter)</source>
        <translation>{action} (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>{value} (canvas)</source>
        <translation>{value}（画布）</translation>
    </message>
    <message>
        <source>{value} (model)</source>
        <translation>{value}（模型）</translation>
    </message>
    <message>
        <source>{value} (style)</source>
        <translation>{value}（风格）</translation>
    </message>
</context>
<context>
    <name>Guiding</name>
    <message>
        <source>It is for {family}, and the chosen model is {other}.</source>
        <translation>它用于 {family}，而所选模型是 {other}。</translation>
    </message>
</context>
<context>
    <name>HintCard</name>
    <message>
        <source>Brush over what should change</source>
        <translation>涂抹要改变的地方</translation>
    </message>
    <message>
        <source>Close this hint</source>
        <translation>关闭此提示</translation>
    </message>
    <message>
        <source>Close this hint (Esc)</source>
        <translation>关闭此提示 (Esc)</translation>
    </message>
    <message>
        <source>Press Generate</source>
        <translation>单击“生成”</translation>
    </message>
    <message>
        <source>Say what should be there</source>
        <translation>描述此处应有的内容</translation>
    </message>
    <message>
        <source>Step {number}: {text}</source>
        <translation>第 {number} 步：{text}</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n 个步骤</numerusform>
        </translation>
    </message>
    <message>
        <source>Enter goes to the step</source>
        <translation>按 Enter 转到该步骤</translation>
    </message>
    <message>
        <source>Open or make a picture to see its steps here.</source>
        <translation>打开或新建图像后，操作步骤会显示在这里。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>历史步骤</translation>
    </message>
    <message>
        <source>Steps that can be undone or redone, and the memory that they take</source>
        <translation>可撤销或重做的步骤，以及它们占用的内存</translation>
    </message>
    <message>
        <source>{steps}, {memory}</source>
        <translation>{steps}，{memory}</translation>
    </message>
</context>
<context>
    <name>Installing</name>
    <message>
        <source>Choose the folder of the GPU add-on</source>
        <translation>选择 GPU 附加包的文件夹</translation>
    </message>
    <message>
        <source>The GPU add-on is being verified.</source>
        <translation>正在校验 GPU 附加包。</translation>
    </message>
    <message>
        <source>The GPU add-on is whole. It is used from the next start on.</source>
        <translation>GPU 附加包完好，下次启动时启用。</translation>
    </message>
</context>
<context>
    <name>KeyFields</name>
    <message>
        <source>A curve of your own</source>
        <translation>自定义曲线</translation>
    </message>
    <message>
        <source>Another seed by chance</source>
        <translation>随机换一个种子</translation>
    </message>
    <message>
        <source>Another seed changes the shape too; left out, only the words change</source>
        <translation>换种子也会改变形状；不填时只有文字变化</translation>
    </message>
    <message>
        <source>As at the key before</source>
        <translation>与前一关键帧相同</translation>
    </message>
    <message>
        <source>As before</source>
        <translation>与前面相同</translation>
    </message>
    <message>
        <source>As the Generate panel</source>
        <translation>按生成面板</translation>
    </message>
    <message>
        <source>As the style says</source>
        <translation>由风格决定</translation>
    </message>
    <message>
        <source>Curve</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Draw a seed</source>
        <translation>抽取种子</translation>
    </message>
    <message>
        <source>Frames that it stays as it is before the way goes on</source>
        <translation>继续变化之前保持不变的帧数</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>How closely the words are followed</source>
        <translation>遵循文字的程度</translation>
    </message>
    <message>
        <source>How it is to look</source>
        <translation>看起来的样子</translation>
    </message>
    <message>
        <source>How much of the picture before is made anew</source>
        <translation>前一图像有多少被重绘</translation>
    </message>
    <message>
        <source>How the way to the next key is spread over its frames</source>
        <translation>到下一关键帧的变化如何分布在各帧上</translation>
    </message>
    <message>
        <source>Key at frame {number}</source>
        <translation>第 {number} 帧的关键帧</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>无风格</translation>
    </message>
    <message>
        <source>Not wanted</source>
        <translation>不想要的</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Set a key here (K)</source>
        <translation>在此设置关键帧 (K)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Take prompt, style, seed and guidance from the Generate panel</source>
        <translation>从生成面板取用提示词、风格、种子和引导强度</translation>
    </message>
    <message>
        <source>The way over time; the handles of your own curve can be dragged</source>
        <translation>随时间的变化；自定义曲线的控制点可以拖动</translation>
    </message>
    <message>
        <source>Way on</source>
        <translation>过渡</translation>
    </message>
    <message>
        <source>What is to be seen from this key on</source>
        <translation>从此关键帧起要看到的内容</translation>
    </message>
    <message>
        <source>What should not be seen</source>
        <translation>不应看到的内容</translation>
    </message>
    <message>
        <source>{value}, as before</source>
        <translation>{value}，与前面相同</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>control layer</source>
        <translation>控制图层</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>visible</source>
        <translation>可见</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>A control layer is no part of the picture.</source>
        <translation>控制图层不属于图像。</translation>
    </message>
    <message>
        <source>Add a layer first.</source>
        <translation>请先添加一个图层。</translation>
    </message>
    <message>
        <source>Blend mode</source>
        <translation>混合模式</translation>
    </message>
    <message>
        <source>Blend mode: how the layer mixes with those under it</source>
        <translation>混合模式：图层与下方图层的混合方式</translation>
    </message>
    <message>
        <source>Control layer...</source>
        <translation>控制图层...</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>删除图层</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Flatten the picture</source>
        <translation>拼合图像</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Lock or unlock layer</source>
        <translation>锁定或解锁图层</translation>
    </message>
    <message>
        <source>Lower layer</source>
        <translation>下移图层</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More commands for layers</source>
        <translation>更多图层命令</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>新建图层</translation>
    </message>
    <message>
        <source>No ControlNet yet</source>
        <translation>尚无 ControlNet</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity in percent</source>
        <translation>不透明度百分比</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>图层不透明度</translation>
    </message>
    <message>
        <source>Opacity of the layer, in percent</source>
        <translation>图层不透明度（百分比）</translation>
    </message>
    <message>
        <source>Open or make a picture first.</source>
        <translation>请先打开或新建一张图像。</translation>
    </message>
    <message>
        <source>Open or make a picture to see its layers here.</source>
        <translation>打开或新建图像后，图层会显示在这里。</translation>
    </message>
    <message>
        <source>Raise layer</source>
        <translation>上移图层</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Select the layer&apos;s shape</source>
        <translation>载入图层形状为选区</translation>
    </message>
    <message>
        <source>Show only this layer, or all</source>
        <translation>仅显示此图层，或显示全部</translation>
    </message>
    <message>
        <source>Show or hide layer</source>
        <translation>显示或隐藏图层</translation>
    </message>
    <message>
        <source>The layer under this one is locked: unlock it first.</source>
        <translation>下方的图层已锁定：请先将其解锁。</translation>
    </message>
    <message>
        <source>There are no layers.</source>
        <translation>没有图层。</translation>
    </message>
    <message>
        <source>There is no layer under this one.</source>
        <translation>此图层下方没有其他图层。</translation>
    </message>
    <message>
        <source>This layer is locked: unlock it first.</source>
        <translation>此图层已锁定：请先将其解锁。</translation>
    </message>
    <message>
        <source>This layer is the topmost.</source>
        <translation>此图层已在最上方。</translation>
    </message>
    <message>
        <source>{command} ({keys})</source>
        <translation>{command} ({keys})</translation>
    </message>
    <message>
        <source>{name}, {strength}</source>
        <translation>{name}，{strength}</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>8-bit sums</source>
        <translation>8 位求和</translation>
    </message>
    <message>
        <source>8-bit weights</source>
        <translation>8 位权重</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Commercial use is allowed under conditions: read the licence.</source>
        <translation>有条件地允许商用：请阅读许可证。</translation>
    </message>
    <message>
        <source>Commercial use is allowed.</source>
        <translation>允许商用。</translation>
    </message>
    <message>
        <source>ControlNet</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>Drop a .safetensors file or a model&apos;s folder here to bring it in.</source>
        <translation>把 .safetensors 文件或模型文件夹拖到这里即可导入。</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>Import a folder...</source>
        <translation>导入文件夹...</translation>
    </message>
    <message>
        <source>Import files...</source>
        <translation>导入文件...</translation>
    </message>
    <message>
        <source>Importing {file}: {doing}</source>
        <translation>正在导入 {file}：{doing}</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>模型库</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Measuring {file}: {doing}</source>
        <translation>正在测量 {file}：{doing}</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models and files</source>
        <translation>模型和文件</translation>
    </message>
    <message>
        <source>Moving {name}...</source>
        <translation>正在移动 {name}...</translation>
    </message>
    <message>
        <source>No commercial use.</source>
        <translation>不允许商用。</translation>
    </message>
    <message>
        <source>Nobody says: ask its author before you sell what it makes.</source>
        <translation>没有说明：出售用它制作的作品前，请先询问作者。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search: name, family, tag</source>
        <translation>搜索：名称、系列、标签</translation>
    </message>
    <message>
        <source>Stable Diffusion of its own size</source>
        <translation>自定尺寸的 Stable Diffusion</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>VAE</source>
        <translation>VAE</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>comparing a picture</source>
        <translation>比较图像</translation>
    </message>
    <message>
        <source>computing hashes</source>
        <translation>正在计算哈希值</translation>
    </message>
    <message>
        <source>computing what it should give</source>
        <translation>正在计算应有的结果</translation>
    </message>
    <message>
        <source>converting</source>
        <translation>正在转换</translation>
    </message>
    <message>
        <source>done before</source>
        <translation>之前已完成</translation>
    </message>
    <message>
        <source>finding what half precision cannot hold</source>
        <translation>正在查找半精度容纳不下的部分</translation>
    </message>
    <message>
        <source>from a picture</source>
        <translation>图生图</translation>
    </message>
    <message>
        <source>from words</source>
        <translation>文生图</translation>
    </message>
    <message>
        <source>half precision</source>
        <translation>半精度</translation>
    </message>
    <message>
        <source>inpaint</source>
        <translation>局部重绘</translation>
    </message>
    <message>
        <source>its picture is too far off</source>
        <translation>图像偏差过大</translation>
    </message>
    <message>
        <source>making a picture</source>
        <translation>正在生成一幅图像</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>storing</source>
        <translation>正在存储</translation>
    </message>
    <message>
        <source>storing in half precision</source>
        <translation>正在以半精度存储</translation>
    </message>
    <message>
        <source>timing</source>
        <translation>计时</translation>
    </message>
    <message>
        <source>too far off</source>
        <translation>偏差过大</translation>
    </message>
    <message>
        <source>writing the model</source>
        <translation>正在写入模型</translation>
    </message>
    <message>
        <source>{file} is in the library, as {name}.</source>
        <translation>{file} 已加入模型库，名为 {name}。</translation>
    </message>
    <message>
        <source>{name} is in the bin.</source>
        <translation>{name} 已移到回收站。</translation>
    </message>
    <message>
        <source>{name} is measured: what is the fastest here is used from now on.</source>
        <translation>{name} 已测量：今后使用此设备上最快的形式。</translation>
    </message>
    <message>
        <source>{name} is not in the library any more; its folder stays.</source>
        <translation>{name} 已从模型库移除；它的文件夹保留不动。</translation>
    </message>
    <message>
        <source>{name} lies in {folder} now.</source>
        <translation>{name} 现在位于 {folder}。</translation>
    </message>
    <message>
        <source>{name} runs as it is again.</source>
        <translation>{name} 恢复原样运行。</translation>
    </message>
    <message>
        <source>{text}, about {time} left</source>
        <translation>{text}，大约还需 {time}</translation>
    </message>
    <message>
        <source>{text}; {count} more</source>
        <translation>{text}；另有 {count} 个</translation>
    </message>
</context>
<context>
    <name>LoraList</name>
    <message>
        <source>Add a LoRA</source>
        <translation>添加 LoRA</translation>
    </message>
    <message>
        <source>From a file...</source>
        <translation>从文件...</translation>
    </message>
</context>
<context>
    <name>LoraRow</name>
    <message>
        <source>1 is as it was trained, 0 is nothing, below 0 takes away</source>
        <translation>1 为训练时的强度，0 为不起作用，小于 0 则反向</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {lora}</source>
        <translation>移除 {lora}</translation>
    </message>
    <message>
        <source>Weight of {lora}</source>
        <translation>{lora} 的权重</translation>
    </message>
</context>
<context>
    <name>MessageStrip</name>
    <message numerus="yes">
        <source>%n more message(s)</source>
        <translation>
            <numerusform>另有 %n 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Close all</source>
        <translation>全部关闭</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source> and </source>
        <translation>和</translation>
    </message>
    <message>
        <source> or </source>
        <translation> 或 </translation>
    </message>
    <message>
        <source>&apos;{0}&apos; (nearest: {1})</source>
        <translation>“{0}”（相近：{1}）</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; blends {1} styles; 2 to {2} can be.</source>
        <translation>“{0}”混合了 {1} 种风格；可以混合 2 到 {2} 种。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; cannot be a name.</source>
        <translation>“{0}”不能用作名称。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; cannot be read.</source>
        <translation>无法读取“{0}”。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; cannot be.</source>
        <translation>“{0}”不可用。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; could not be copied for safety.</source>
        <translation>无法为“{0}”保存安全副本。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; could not be deleted as a whole: {1}.</source>
        <translation>“{0}”未能完全删除：{1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; does not begin with a frame.</source>
        <translation>“{0}”不是以帧号开头。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; from {1} to {2} is no animation.</source>
        <translation>从 {1} 到 {2} 的“{0}”不是动画。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; has no pixels of its own ({1}) and was left out.</source>
        <translation>“{0}”没有自己的像素（{1}），已略过。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; in a key is no number.</source>
        <translation>关键帧中的“{0}”不是数字。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; in the step {1} has no value.</source>
        <translation>步骤 {1} 中的“{0}”没有值。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; in {1} is broken.</source>
        <translation>{1} 中的“{0}”已损坏。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is &apos;{1}&apos;</source>
        <translation>“{0}”的值为“{1}”</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is being trained.</source>
        <translation>“{0}”正在训练。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is clipped by a group; it is shown whole.</source>
        <translation>“{0}”被图层组剪贴，现完整显示。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no easing.</source>
        <translation>“{0}”不是缓动方式。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no frame.</source>
        <translation>“{0}”不是帧号。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no key.</source>
        <translation>“{0}”不是关键帧。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no layer of pixels and was left out.</source>
        <translation>“{0}”不是像素图层，已略过。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no range.</source>
        <translation>“{0}”不是一个范围。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no style with its weight.</source>
        <translation>“{0}”不是带权重的风格。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no version.</source>
        <translation>“{0}”不是版本号。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is no {1}.</source>
        <translation>“{0}”不是有效的{1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a direction.</source>
        <translation>“{0}”不是播放方向。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a kind of clip that can be written.</source>
        <translation>“{0}”不是可以写出的片段格式。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a layout.</source>
        <translation>“{0}”不是排列方式。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a picture</source>
        <translation>“{0}”不是图像</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a size.</source>
        <translation>“{0}”不是有效的尺寸。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a {1}.</source>
        <translation>“{0}”不是{1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1}</source>
        <translation>“{0}”的值为 {1}</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; names a style twice.</source>
        <translation>“{0}”中同一风格出现了两次。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 is as it is, 2 is twice as near.</source>
        <translation>1 为原样，2 为拉近一倍。</translation>
    </message>
    <message>
        <source>1 is usual; it goes from 0 to 4.</source>
        <translation>通常为 1，可取 0 到 4。</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>A ControlNet has no name.</source>
        <translation>有一个 ControlNet 没有名称。</translation>
    </message>
    <message>
        <source>A LoRA has no name.</source>
        <translation>有一个 LoRA 没有名称。</translation>
    </message>
    <message>
        <source>A blend cannot be shared as one style.</source>
        <translation>混合不能作为一种风格分享。</translation>
    </message>
    <message>
        <source>A blend of several pictures has no other end.</source>
        <translation>多幅图像的混合没有另一端。</translation>
    </message>
    <message>
        <source>A blend of styles cannot be saved.</source>
        <translation>风格的混合不能保存。</translation>
    </message>
    <message>
        <source>A board has at most {0} cells.</source>
        <translation>变体板最多有 {0} 个单元格。</translation>
    </message>
    <message>
        <source>A board needs rows or columns.</source>
        <translation>变体板需要行或列。</translation>
    </message>
    <message>
        <source>A chain is a list of steps.</source>
        <translation>步骤组是由步骤组成的列表。</translation>
    </message>
    <message>
        <source>A control layer is no part of the picture.</source>
        <translation>控制图层不属于图像。</translation>
    </message>
    <message>
        <source>A cycle of {0} frames cannot be.</source>
        <translation>循环不能有 {0} 帧。</translation>
    </message>
    <message>
        <source>A diffusion model needs a text encoder, a UNet and a decoder.</source>
        <translation>扩散模型需要文本编码器、UNet 和解码器。</translation>
    </message>
    <message>
        <source>A file could not be used: {0}.</source>
        <translation>有文件无法使用：{0}。</translation>
    </message>
    <message>
        <source>A gate needs something to measure against.</source>
        <translation>设置门槛需要有可比较的参考图像。</translation>
    </message>
    <message>
        <source>A layer needs a name.</source>
        <translation>图层需要一个名称。</translation>
    </message>
    <message>
        <source>A loop needs frames after its last key for the way back.</source>
        <translation>循环需要在最后一个关键帧之后留出返回的帧。</translation>
    </message>
    <message>
        <source>A picture cannot be made {0} times as large.</source>
        <translation>图像不能放大到 {0} 倍。</translation>
    </message>
    <message>
        <source>A request of a series is of one picture.</source>
        <translation>系列中的每个请求只生成一幅图像。</translation>
    </message>
    <message>
        <source>A step of the chain has no name.</source>
        <translation>步骤组中有一个步骤没有名称。</translation>
    </message>
    <message>
        <source>A style cannot be called &apos;{0}&apos;.</source>
        <translation>风格不能命名为“{0}”。</translation>
    </message>
    <message>
        <source>A style is taught from up to {0} pictures; the others are left out.</source>
        <translation>一种风格最多用 {0} 张图像训练；其余的未加入。</translation>
    </message>
    <message>
        <source>A variant of a blend cannot be blended again.</source>
        <translation>混合的变体不能再次混合。</translation>
    </message>
    <message>
        <source>A worker was lost.</source>
        <translation>丢失了一个工作进程。</translation>
    </message>
    <message>
        <source>Add a layer first.</source>
        <translation>请先添加一个图层。</translation>
    </message>
    <message>
        <source>Add more, ten or so.</source>
        <translation>请再添加一些，大约十张。</translation>
    </message>
    <message>
        <source>Add some.</source>
        <translation>请添加一些。</translation>
    </message>
    <message>
        <source>Allow larger pages (--largest), or trim or scale the frames.</source>
        <translation>请允许更大的页面（--largest），或者裁剪、缩小这些帧。</translation>
    </message>
    <message>
        <source>Allow larger pages (--largest), trim or scale the frames, or choose another format.</source>
        <translation>请允许更大的页面（--largest），裁剪或缩小这些帧，或者换一种格式。</translation>
    </message>
    <message>
        <source>An eye at {0},{1} of {2}x{3} is not in the sprite.</source>
        <translation>位于 {0},{1}、大小为 {2}x{3} 的眼睛不在精灵图内。</translation>
    </message>
    <message>
        <source>Animations over several pages are left out of the file: {0}.</source>
        <translation>跨页的动画没有写入文件：{0}。</translation>
    </message>
    <message>
        <source>Apply it as a new layer.</source>
        <translation>请将其应用为新图层。</translation>
    </message>
    <message>
        <source>Apply the steps again.</source>
        <translation>请重新应用这些步骤。</translation>
    </message>
    <message>
        <source>Ask for fewer steps, or choose another sampler.</source>
        <translation>请减少步数，或换一个采样器。</translation>
    </message>
    <message>
        <source>Ask for the file again.</source>
        <translation>请重新索取此文件。</translation>
    </message>
    <message>
        <source>Ask its makers.</source>
        <translation>请询问程序的作者。</translation>
    </message>
    <message>
        <source>Ask the makers for the file again.</source>
        <translation>请向作者重新索取此文件。</translation>
    </message>
    <message>
        <source>At most {0} are possible.</source>
        <translation>最多可以有 {0} 个。</translation>
    </message>
    <message>
        <source>At most {0} can be used.</source>
        <translation>最多可以使用 {0}。</translation>
    </message>
    <message>
        <source>At most {0}.</source>
        <translation>最多 {0}。</translation>
    </message>
    <message>
        <source>Blend one of them with plain styles.</source>
        <translation>请将其中一种与普通风格混合。</translation>
    </message>
    <message>
        <source>Blend pictures of one model.</source>
        <translation>请混合同一模型的图像。</translation>
    </message>
    <message>
        <source>Blend pictures of one size.</source>
        <translation>请混合同一尺寸的图像。</translation>
    </message>
    <message>
        <source>Blend styles that are made for one model.</source>
        <translation>请混合适用于同一模型的风格。</translation>
    </message>
    <message>
        <source>Brush over what should change.</source>
        <translation>请用画笔涂抹要改变的地方。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Check that it was exported to its end.</source>
        <translation>请检查它是否完整导出。</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>请检查地址。</translation>
    </message>
    <message>
        <source>Check the name, or put it into {0}.</source>
        <translation>请检查名称，或将它放入 {0}。</translation>
    </message>
    <message>
        <source>Check the name.</source>
        <translation>请检查名称。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Choose Generate, or paint something first.</source>
        <translation>请选择“生成”，或先画点什么。</translation>
    </message>
    <message>
        <source>Choose a folder with a board.json.</source>
        <translation>请选择含有 board.json 的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder with an {0}.</source>
        <translation>请选择含有 {0} 的文件夹。</translation>
    </message>
    <message>
        <source>Choose a higher layer.</source>
        <translation>请选择更靠上的图层。</translation>
    </message>
    <message>
        <source>Choose another --out.</source>
        <translation>请另选 --out。</translation>
    </message>
    <message>
        <source>Choose another axis.</source>
        <translation>请另选一项。</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>请选择其他文件。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Choose another for one.</source>
        <translation>请为其中一个另选一项。</translation>
    </message>
    <message>
        <source>Choose another format or codec.</source>
        <translation>请换一种格式或编码。</translation>
    </message>
    <message>
        <source>Choose another layer.</source>
        <translation>请选择其他图层。</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>请选择其他模型。</translation>
    </message>
    <message>
        <source>Choose another name, or delete that style first.</source>
        <translation>请换一个名称，或先删除那个风格。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>请选择其他位置。</translation>
    </message>
    <message>
        <source>Choose at most {0}.</source>
        <translation>最多选择 {0} 张。</translation>
    </message>
    <message>
        <source>Choose one for it, or hide the layer.</source>
        <translation>请为它选择一个，或隐藏该图层。</translation>
    </message>
    <message>
        <source>Choose one in the panel first.</source>
        <translation>请先在面板中选择一种。</translation>
    </message>
    <message>
        <source>Choose other pictures.</source>
        <translation>请选择其他图像。</translation>
    </message>
    <message>
        <source>Choose others.</source>
        <translation>请另选图像。</translation>
    </message>
    <message>
        <source>Choose the folder that has {0} in it.</source>
        <translation>请选择含有 {0} 的文件夹。</translation>
    </message>
    <message>
        <source>Choose two pictures that are no blends.</source>
        <translation>请选择两幅不是混合的图像。</translation>
    </message>
    <message>
        <source>Choose two that differ.</source>
        <translation>请选择两幅不同的图像。</translation>
    </message>
    <message>
        <source>Click inside the picture.</source>
        <translation>请在图像内单击。</translation>
    </message>
    <message>
        <source>Close other documents, or flatten it.</source>
        <translation>请关闭其他文档，或将其拼合。</translation>
    </message>
    <message>
        <source>Close other programs, then go on.</source>
        <translation>请关闭其他程序，然后继续。</translation>
    </message>
    <message>
        <source>Close other programs.</source>
        <translation>请关闭其他程序。</translation>
    </message>
    <message>
        <source>Close the program and try again.</source>
        <translation>请关闭程序后重试。</translation>
    </message>
    <message>
        <source>ControlNet</source>
        <translation>ControlNet</translation>
    </message>
    <message>
        <source>Convert it first.</source>
        <translation>请先转换格式。</translation>
    </message>
    <message>
        <source>Convert it to RGBA first.</source>
        <translation>请先转换为 RGBA。</translation>
    </message>
    <message>
        <source>Convert it to safetensors first.</source>
        <translation>请先转换为 safetensors。</translation>
    </message>
    <message>
        <source>Copy a picture first.</source>
        <translation>请先复制一张图像。</translation>
    </message>
    <message>
        <source>Copy it again.</source>
        <translation>请重新复制一份。</translation>
    </message>
    <message>
        <source>Copy or export the model again.</source>
        <translation>请重新复制或导出该模型。</translation>
    </message>
    <message>
        <source>Copy the LoRA again.</source>
        <translation>请重新复制该 LoRA。</translation>
    </message>
    <message>
        <source>Copy the add-on again.</source>
        <translation>请重新复制附加包。</translation>
    </message>
    <message>
        <source>Copy the folder into {0} to use it by name, or use its path.</source>
        <translation>请把文件夹复制到 {0} 以按名称使用，或使用其路径。</translation>
    </message>
    <message>
        <source>Copy the model again, with all its files.</source>
        <translation>请重新复制该模型，包括它的所有文件。</translation>
    </message>
    <message>
        <source>Copy the model again.</source>
        <translation>请重新复制该模型。</translation>
    </message>
    <message>
        <source>Copy the model with both text encoders.</source>
        <translation>请连同两个文本编码器一起复制该模型。</translation>
    </message>
    <message>
        <source>Copy the model&apos;s tokenizer again.</source>
        <translation>请重新复制该模型的分词器。</translation>
    </message>
    <message>
        <source>Copy the weights themselves into the folder.</source>
        <translation>请将权重文件本身复制到该文件夹。</translation>
    </message>
    <message>
        <source>Cut it there, or save it in one size.</source>
        <translation>请在该处剪开，或者用同一尺寸保存。</translation>
    </message>
    <message>
        <source>Delete it for even times.</source>
        <translation>删除它即为等时长。</translation>
    </message>
    <message>
        <source>Delete it to start the batch anew.</source>
        <translation>将其删除即可重新开始批处理。</translation>
    </message>
    <message>
        <source>Delete its training in the window.</source>
        <translation>请在窗口中删除它的训练。</translation>
    </message>
    <message>
        <source>Delete or rename it first.</source>
        <translation>请先删除或重命名它。</translation>
    </message>
    <message>
        <source>Delete this training and start anew.</source>
        <translation>请删除此训练并重新开始。</translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation>您要找的是 {0} 吗？</translation>
    </message>
    <message>
        <source>Do not install what it points to.</source>
        <translation>请勿安装它所指的内容。</translation>
    </message>
    <message>
        <source>Do not trust this file.</source>
        <translation>请勿信任此文件。</translation>
    </message>
    <message>
        <source>Do not trust this model.</source>
        <translation>请勿信任此模型。</translation>
    </message>
    <message>
        <source>Embeddings cannot be used with it.</source>
        <translation>它不能使用嵌入。</translation>
    </message>
    <message>
        <source>Embeddings for another kind of model are read as plain words: {0}; {1} has {2}.</source>
        <translation>用于其他类型模型的嵌入按普通词语读取：{0}；{1} 的宽度为 {2}。</translation>
    </message>
    <message>
        <source>Every frame must last some time.</source>
        <translation>每一帧都必须有时长。</translation>
    </message>
    <message>
        <source>Export it again.</source>
        <translation>请重新导出。</translation>
    </message>
    <message>
        <source>Export it first: python main.py models export FOLDER --out NEW.</source>
        <translation>请先导出：python main.py models export 文件夹 --out 新文件夹。</translation>
    </message>
    <message>
        <source>Export the model without custom operators.</source>
        <translation>请在不含自定义算子的情况下导出该模型。</translation>
    </message>
    <message>
        <source>Export the sheet again.</source>
        <translation>请重新导出精灵表。</translation>
    </message>
    <message>
        <source>Extend it to at least {0} pixels a side.</source>
        <translation>请将每边至少扩展到 {0} 像素。</translation>
    </message>
    <message>
        <source>For instance: {0}</source>
        <translation>例如：{0}</translation>
    </message>
    <message>
        <source>For one at half write {0}:0.5+{1}:0.5</source>
        <translation>若只要一半，请写 {0}:0.5+{1}:0.5</translation>
    </message>
    <message>
        <source>Frame {0} is no picture with alpha, but {1} of shape {2}.</source>
        <translation>第 {0} 帧不是带透明度的图像，而是形状为 {2} 的 {1}。</translation>
    </message>
    <message>
        <source>Frame {0} is {1} levels off; {2} are allowed.</source>
        <translation>第 {0} 帧相差 {1} 级，允许 {2} 级。</translation>
    </message>
    <message>
        <source>Frame {0} lasts {1} s in the file, not {2} s.</source>
        <translation>文件中第 {0} 帧持续 {1} 秒，而不是 {2} 秒。</translation>
    </message>
    <message>
        <source>Frame {0} lasts {1} s in {2}, not {3} s.</source>
        <translation>第 {0} 帧在 {2} 中持续 {1} 秒，而不是 {3} 秒。</translation>
    </message>
    <message>
        <source>Frame {0} lasts {1} s.</source>
        <translation>第 {0} 帧持续 {1} 秒。</translation>
    </message>
    <message>
        <source>Frame {0} lies beyond {1}.</source>
        <translation>第 {0} 帧超出了 {1}。</translation>
    </message>
    <message>
        <source>Frame {0} needs {1}x{2} pixels of a page, and pages have sides up to {3}.</source>
        <translation>第 {0} 帧需要 {1}x{2} 像素的页面，而页面边长最大为 {3}。</translation>
    </message>
    <message>
        <source>Frame {0} of the file looks like the one before it.</source>
        <translation>文件中的第 {0} 帧与前一帧相同。</translation>
    </message>
    <message>
        <source>Frame {0} was not read back as it was given ({1} levels off).</source>
        <translation>第 {0} 帧读回后与原帧不同（相差 {1} 级）。</translation>
    </message>
    <message>
        <source>Frames are counted from 0.</source>
        <translation>帧从 0 开始计数。</translation>
    </message>
    <message>
        <source>Frames are padded from {0} to {1}, at the right and at the bottom.</source>
        <translation>帧在右侧和底部由 {0} 补齐到 {1}。</translation>
    </message>
    <message>
        <source>GOUACHE_CACHE</source>
        <translation>GOUACHE_CACHE</translation>
    </message>
    <message>
        <source>GOUACHE_HOME</source>
        <translation>GOUACHE_HOME</translation>
    </message>
    <message>
        <source>Get it in fp16 or fp32.</source>
        <translation>请获取 fp16 或 fp32 版本。</translation>
    </message>
    <message>
        <source>Get the add-on that came with this program.</source>
        <translation>请获取随本程序提供的附加包。</translation>
    </message>
    <message>
        <source>Get the add-on that came with this version of the program.</source>
        <translation>请获取随本程序此版本提供的附加包。</translation>
    </message>
    <message>
        <source>Get the base model.</source>
        <translation>请使用基础模型。</translation>
    </message>
    <message>
        <source>Get the file another way and choose it.</source>
        <translation>请以其他方式取得此文件，再选择它。</translation>
    </message>
    <message>
        <source>Get the model in fp16 or fp32.</source>
        <translation>请使用 fp16 或 fp32 的模型。</translation>
    </message>
    <message>
        <source>Get the one for {0}.</source>
        <translation>请获取用于 {0} 的附加包。</translation>
    </message>
    <message>
        <source>Get the whole checkpoint, or the model&apos;s folder.</source>
        <translation>请使用完整的模型文件，或模型的文件夹。</translation>
    </message>
    <message>
        <source>Get the whole checkpoint.</source>
        <translation>请使用完整的模型文件。</translation>
    </message>
    <message>
        <source>Give --references.</source>
        <translation>请指定 --references。</translation>
    </message>
    <message>
        <source>Give 0.1 to 240.</source>
        <translation>请填 0.1 到 240。</translation>
    </message>
    <message>
        <source>Give 1 to {0}.</source>
        <translation>请指定 1 到 {0}。</translation>
    </message>
    <message>
        <source>Give a LoRA&apos;s .safetensors file.</source>
        <translation>请给出 LoRA 的 .safetensors 文件。</translation>
    </message>
    <message>
        <source>Give a PNG that Gouache made.</source>
        <translation>请提供由 Gouache 生成的 PNG。</translation>
    </message>
    <message>
        <source>Give a clip with pictures in it.</source>
        <translation>请给出含有画面的片段。</translation>
    </message>
    <message>
        <source>Give a file, or a name in {0}.</source>
        <translation>请给出文件，或 {0} 中的名称。</translation>
    </message>
    <message>
        <source>Give a file.</source>
        <translation>请提供文件。</translation>
    </message>
    <message>
        <source>Give a folder of numbered pictures.</source>
        <translation>请给出带编号图像的文件夹。</translation>
    </message>
    <message>
        <source>Give a folder of pictures.</source>
        <translation>请指定一个图像文件夹。</translation>
    </message>
    <message>
        <source>Give a mask of the picture&apos;s size, or a larger one to paint outwards.</source>
        <translation>请提供与图像同尺寸的蒙版；要扩图，请提供更大的蒙版。</translation>
    </message>
    <message>
        <source>Give a mask of the picture&apos;s size.</source>
        <translation>请提供与图像同尺寸的蒙版。</translation>
    </message>
    <message>
        <source>Give a new folder.</source>
        <translation>请给出一个新文件夹。</translation>
    </message>
    <message>
        <source>Give a number of at least 0 for {0}; one of them above 0.</source>
        <translation>请为 {0} 各指定一个不小于 0 的数，且至少一个大于 0。</translation>
    </message>
    <message>
        <source>Give a picture with something in it.</source>
        <translation>请给出有内容的图像。</translation>
    </message>
    <message>
        <source>Give a picture, or choose another axis.</source>
        <translation>请提供图像，或另选一项。</translation>
    </message>
    <message>
        <source>Give a start below the end.</source>
        <translation>请让开始小于结束。</translation>
    </message>
    <message>
        <source>Give a {0} file or a model&apos;s folder.</source>
        <translation>请给出 {0} 文件或模型的文件夹。</translation>
    </message>
    <message>
        <source>Give another --name.</source>
        <translation>请换一个 --name。</translation>
    </message>
    <message>
        <source>Give at least 1.</source>
        <translation>请至少指定 1。</translation>
    </message>
    <message>
        <source>Give at least one picture.</source>
        <translation>请至少指定一张图像。</translation>
    </message>
    <message>
        <source>Give at least one.</source>
        <translation>请至少指定一个。</translation>
    </message>
    <message>
        <source>Give each picture its request.</source>
        <translation>请为每幅图像给出各自的请求。</translation>
    </message>
    <message>
        <source>Give each picture one weight.</source>
        <translation>请为每张图像指定一个权重。</translation>
    </message>
    <message>
        <source>Give fewer values.</source>
        <translation>请减少取值。</translation>
    </message>
    <message>
        <source>Give four numbers from 0 to 1: bezier(0.4,0,0.2,1).</source>
        <translation>请给出四个 0 到 1 的数：bezier(0.4,0,0.2,1)。</translation>
    </message>
    <message>
        <source>Give it one, such as Pixel art.</source>
        <translation>请取一个名称，例如“像素画”。</translation>
    </message>
    <message>
        <source>Give it one.</source>
        <translation>请给它起个名字。</translation>
    </message>
    <message>
        <source>Give one from {0} to {1}.</source>
        <translation>请给出 {0} 到 {1} 之间的数。</translation>
    </message>
    <message>
        <source>Give one: --key &quot;0: a red apple&quot;</source>
        <translation>请给出一个：--key &quot;0: a red apple&quot;</translation>
    </message>
    <message>
        <source>Give some: {0}={1}</source>
        <translation>请给出取值：{0}={1}</translation>
    </message>
    <message>
        <source>Give the animation more frames.</source>
        <translation>请给动画更多帧。</translation>
    </message>
    <message>
        <source>Give the canvas the frames&apos; size (Ctrl+Alt+C).</source>
        <translation>请把画布改为帧的大小 (Ctrl+Alt+C)。</translation>
    </message>
    <message>
        <source>Give the folder above it, with unet/ and text_encoder/ inside.</source>
        <translation>请提供它的上一级文件夹，其中应有 unet/ 和 text_encoder/。</translation>
    </message>
    <message>
        <source>Give the folder of the assets.</source>
        <translation>请指定素材所在的文件夹。</translation>
    </message>
    <message>
        <source>Give the folder that holds model_index.json.</source>
        <translation>请提供包含 model_index.json 的文件夹。</translation>
    </message>
    <message>
        <source>Give the folder that holds model_index.json; other files must be exported first (models export).</source>
        <translation>请提供包含 model_index.json 的文件夹；其他文件须先导出（models export）。</translation>
    </message>
    <message>
        <source>Give the folder with unet/ and text_encoder/ inside.</source>
        <translation>请给出包含 unet/ 和 text_encoder/ 的文件夹。</translation>
    </message>
    <message>
        <source>Give the name of a file, like ink:0.8</source>
        <translation>请给出文件名，例如 ink:0.8</translation>
    </message>
    <message>
        <source>Give the name of one, like canny:0.8</source>
        <translation>请给出名称，例如 canny:0.8</translation>
    </message>
    <message>
        <source>Give the size of one frame.</source>
        <translation>请给出一帧的尺寸。</translation>
    </message>
    <message>
        <source>Give three numbers from 0 to 255.</source>
        <translation>请给出三个 0 到 255 的数。</translation>
    </message>
    <message>
        <source>Give yours another name.</source>
        <translation>请为您的风格换一个名称。</translation>
    </message>
    <message>
        <source>Give {0} to {1}.</source>
        <translation>请填 {0} 到 {1}。</translation>
    </message>
    <message>
        <source>Give {0}.</source>
        <translation>请给出 {0}。</translation>
    </message>
    <message>
        <source>Go on with the settings in its run.json, or choose another folder.</source>
        <translation>请按其 run.json 中的设置继续，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Going on from step {0}.</source>
        <translation>从第 {0} 步继续。</translation>
    </message>
    <message>
        <source>How the layer &apos;{0}&apos; guides could not be read.</source>
        <translation>无法读取图层“{0}”的引导设置。</translation>
    </message>
    <message>
        <source>Import it again.</source>
        <translation>请重新导入。</translation>
    </message>
    <message>
        <source>Import it first: models import FILE.</source>
        <translation>请先导入：models import FILE。</translation>
    </message>
    <message>
        <source>Import the ControlNet again.</source>
        <translation>请重新导入该 ControlNet。</translation>
    </message>
    <message>
        <source>Install the program again, or export the upscaler again: train upscaler.</source>
        <translation>请重新安装程序，或重新导出放大模型：train upscaler。</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>请重新安装程序。</translation>
    </message>
    <message>
        <source>Is it a whole model?</source>
        <translation>它是不是整个模型？</translation>
    </message>
    <message>
        <source>Is it an embedding?</source>
        <translation>它是嵌入文件吗？</translation>
    </message>
    <message>
        <source>Is the disk full?</source>
        <translation>磁盘是否已满？</translation>
    </message>
    <message>
        <source>It can have {0} and {1}.</source>
        <translation>最多可以有 {0} 个和 {1} 幅。</translation>
    </message>
    <message>
        <source>It can only generate; use another model.</source>
        <translation>它只能生成，请使用其他模型。</translation>
    </message>
    <message>
        <source>It does not say what it predicts; that was judged from one of its biases.</source>
        <translation>文件没有说明它预测什么；已根据其中一个偏置判断。</translation>
    </message>
    <message>
        <source>It goes from 0 to 1.</source>
        <translation>取值范围为 0 到 1。</translation>
    </message>
    <message>
        <source>It goes from 0.01 to 100.</source>
        <translation>取值范围为 0.01 到 100。</translation>
    </message>
    <message>
        <source>It goes from {0} to {1}.</source>
        <translation>取值范围为 {0} 到 {1}。</translation>
    </message>
    <message>
        <source>It has no unet/{0}.</source>
        <translation>其中没有 unet/{0}。</translation>
    </message>
    <message>
        <source>It has: {0}.</source>
        <translation>它有：{0}。</translation>
    </message>
    <message>
        <source>It holds a second, averaged UNet for training, which is left out.</source>
        <translation>其中还有一个训练用的平均 UNet，已略去。</translation>
    </message>
    <message>
        <source>It is a whole number from {0} to {1}.</source>
        <translation>应为 {0} 到 {1} 之间的整数。</translation>
    </message>
    <message>
        <source>It is for another kind of model.</source>
        <translation>它适用于另一类模型。</translation>
    </message>
    <message>
        <source>It is taken for {0} by its name.</source>
        <translation>根据名称将其视为 {0}。</translation>
    </message>
    <message>
        <source>It is {0}x{1}, larger than {2}x{3}.</source>
        <translation>它是 {0}x{1}，大于 {2}x{3}。</translation>
    </message>
    <message>
        <source>It may be cut off; copy it again.</source>
        <translation>文件可能不完整，请重新复制。</translation>
    </message>
    <message>
        <source>It may come from another program.</source>
        <translation>它可能来自其他程序。</translation>
    </message>
    <message>
        <source>It must be {0}.</source>
        <translation>应为 {0}。</translation>
    </message>
    <message>
        <source>It needs tokenizer.json, or vocab.json and merges.txt.</source>
        <translation>需要 tokenizer.json，或 vocab.json 和 merges.txt。</translation>
    </message>
    <message>
        <source>It was made for another model.</source>
        <translation>它是为其他模型制作的。</translation>
    </message>
    <message>
        <source>It was written in a finer quality than asked for: the pixels were too far off.</source>
        <translation>像素偏差过大，因此使用了比要求更高的质量写出。</translation>
    </message>
    <message>
        <source>It would be {0}x{1}.</source>
        <translation>它会变成 {0}x{1}。</translation>
    </message>
    <message>
        <source>Its UNet has no skip connections.</source>
        <translation>它的 UNet 没有跳跃连接。</translation>
    </message>
    <message>
        <source>Its document is closed.</source>
        <translation>它所属的文档已关闭。</translation>
    </message>
    <message>
        <source>Its frames are in frames/.</source>
        <translation>它的帧在 frames/ 中。</translation>
    </message>
    <message>
        <source>Its longer side would be {0}.</source>
        <translation>它的较长边会变成 {0}。</translation>
    </message>
    <message>
        <source>Its pictures are in cells/.</source>
        <translation>其图像在 cells/ 中。</translation>
    </message>
    <message>
        <source>Its training failed.</source>
        <translation>它的训练失败了。</translation>
    </message>
    <message>
        <source>JSON of Aseprite, TexturePacker, PixiJS and Phaser, and SpriteFrames of Godot can be read.</source>
        <translation>可以读取 Aseprite、TexturePacker、PixiJS 和 Phaser 的 JSON，以及 Godot 的 SpriteFrames。</translation>
    </message>
    <message>
        <source>Known: auto, {0}.</source>
        <translation>可用：auto、{0}。</translation>
    </message>
    <message>
        <source>Known: {0}.</source>
        <translation>可用：{0}。</translation>
    </message>
    <message>
        <source>LCM</source>
        <translation>LCM</translation>
    </message>
    <message>
        <source>Leave it out, or walk.</source>
        <translation>请去掉它，或者使用漫游模式。</translation>
    </message>
    <message>
        <source>Leave out 444, or use H.264 or WebM.</source>
        <translation>请去掉 444，或者使用 H.264 或 WebM。</translation>
    </message>
    <message>
        <source>Leave out one of them.</source>
        <translation>请去掉其中一个。</translation>
    </message>
    <message>
        <source>Let them sum to 1.</source>
        <translation>请使权重之和为 1。</translation>
    </message>
    <message>
        <source>Like [{&quot;step&quot;: &quot;trim&quot;}, {&quot;step&quot;: &quot;pad&quot;}].</source>
        <translation>例如 [{&quot;step&quot;: &quot;trim&quot;}, {&quot;step&quot;: &quot;pad&quot;}]。</translation>
    </message>
    <message>
        <source>Likeness needs a second seed.</source>
        <translation>相似度需要变体种子。</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Look for a newer version where you got this one.</source>
        <translation>请到取得此版本的地方查看新版本。</translation>
    </message>
    <message>
        <source>MP4, WebM, MOV, GIF, APNG, WebP and folders of pictures can be read.</source>
        <translation>可以读取 MP4、WebM、MOV、GIF、APNG、WebP 和图像文件夹。</translation>
    </message>
    <message>
        <source>Make all of them seamless, or none.</source>
        <translation>请全部设为无缝平铺，或全部不设。</translation>
    </message>
    <message>
        <source>Make room or allow writing there, or name other folders in GOUACHE_HOME and GOUACHE_CACHE.</source>
        <translation>请腾出空间或允许写入，或用 GOUACHE_HOME 和 GOUACHE_CACHE 指定其他文件夹。</translation>
    </message>
    <message>
        <source>Make room there, or choose another place.</source>
        <translation>请在该处腾出空间，或选择其他位置。</translation>
    </message>
    <message>
        <source>Make room there. {0}</source>
        <translation>请在那里腾出空间。{0}</translation>
    </message>
    <message>
        <source>Make room, or name a folder in TMPDIR.</source>
        <translation>请腾出空间，或用 TMPDIR 指定文件夹。</translation>
    </message>
    <message>
        <source>Make room, then go on.</source>
        <translation>请腾出空间，然后继续。</translation>
    </message>
    <message>
        <source>Make room, then import it.</source>
        <translation>请腾出空间后再导入。</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>请腾出空间后重试。</translation>
    </message>
    <message>
        <source>Make some first.</source>
        <translation>请先生成一些。</translation>
    </message>
    <message>
        <source>Make that one first.</source>
        <translation>请先生成那一帧。</translation>
    </message>
    <message>
        <source>Make them one size first, with the step &apos;pad&apos; of the command post.</source>
        <translation>请先用 post 命令的“pad”步骤统一尺寸。</translation>
    </message>
    <message>
        <source>Measure against its pins or approved pictures.</source>
        <translation>请与标记的单元格或已认可的图像比较。</translation>
    </message>
    <message>
        <source>Measuring was stopped.</source>
        <translation>测量已停止。</translation>
    </message>
    <message>
        <source>Memory was short: {0}.</source>
        <translation>内存不足：{0}。</translation>
    </message>
    <message>
        <source>Merge two control layers, or two others.</source>
        <translation>请合并两个控制图层，或两个其他图层。</translation>
    </message>
    <message>
        <source>More than {0} frames were found in the file that was written.</source>
        <translation>写出的文件中多于 {0} 帧。</translation>
    </message>
    <message>
        <source>Name a step, like trim or pixelate:cells=32.</source>
        <translation>请写出一个步骤，例如 trim 或 pixelate:cells=32。</translation>
    </message>
    <message>
        <source>No Dask scheduler answers at {0}.</source>
        <translation>{0} 处没有 Dask 调度器应答。</translation>
    </message>
    <message>
        <source>No animation is open.</source>
        <translation>没有打开的动画。</translation>
    </message>
    <message>
        <source>No eyes were found in the sprite.</source>
        <translation>在精灵图中没有找到眼睛。</translation>
    </message>
    <message>
        <source>No grid of pixels was found in it.</source>
        <translation>没有在其中找到像素网格。</translation>
    </message>
    <message>
        <source>No picture came within {0} seconds.</source>
        <translation>{0} 秒内没有生成图像。</translation>
    </message>
    <message>
        <source>No style is chosen.</source>
        <translation>没有选择风格。</translation>
    </message>
    <message>
        <source>None of the approved pictures can be read.</source>
        <translation>已认可的图像均无法读取。</translation>
    </message>
    <message>
        <source>None of the {0} pictures can be used.</source>
        <translation>{0} 张图像都不能使用。</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>没有选择任何内容。</translation>
    </message>
    <message>
        <source>Nothing of this layer is selected.</source>
        <translation>选区中没有此图层的内容。</translation>
    </message>
    <message>
        <source>Only .safetensors files are read.</source>
        <translation>只读取 .safetensors 文件。</translation>
    </message>
    <message>
        <source>Only UNets of {0} or {1} (inpainting) channels are known.</source>
        <translation>仅支持 {0} 通道或 {1} 通道（局部重绘）的 UNet。</translation>
    </message>
    <message>
        <source>Only a walk starts from one picture.</source>
        <translation>只有漫游模式可以从一张图像开始。</translation>
    </message>
    <message>
        <source>Only models that you brought can.</source>
        <translation>只有您导入的模型可以移动。</translation>
    </message>
    <message>
        <source>Only some of the pictures to blend repeat.</source>
        <translation>要混合的图像中只有一部分是无缝平铺的。</translation>
    </message>
    <message>
        <source>Only styles without one can be copied.</source>
        <translation>只能复制没有自带模型的风格。</translation>
    </message>
    <message>
        <source>Only two blended pictures have a between.</source>
        <translation>只有两幅混合的图像之间才有过渡。</translation>
    </message>
    <message>
        <source>Only what you brought can be deleted.</source>
        <translation>只能删除您导入的内容。</translation>
    </message>
    <message>
        <source>Only your own styles can be changed.</source>
        <translation>只能更改自己的风格。</translation>
    </message>
    <message>
        <source>Only {0} files are read.</source>
        <translation>只读取 {0} 文件。</translation>
    </message>
    <message>
        <source>Only {0} frames were found in the file that was written.</source>
        <translation>写出的文件中只有 {0} 帧。</translation>
    </message>
    <message>
        <source>Only {0} of {1} pictures can be used; a style needs at least {2}.</source>
        <translation>{1} 张图像中只有 {0} 张能用；一种风格至少需要 {2} 张。</translation>
    </message>
    <message>
        <source>Open a document with some layers.</source>
        <translation>请打开有几个图层的文档。</translation>
    </message>
    <message>
        <source>Open a picture with transparency first.</source>
        <translation>请先打开带透明的图像。</translation>
    </message>
    <message>
        <source>Open a picture, or choose Generate.</source>
        <translation>请打开一张图像，或选择“生成”。</translation>
    </message>
    <message>
        <source>Open a picture, or start from words.</source>
        <translation>请打开图像，或从文字开始。</translation>
    </message>
    <message>
        <source>Open it and generate again.</source>
        <translation>请打开该文档并重新生成。</translation>
    </message>
    <message>
        <source>Open it in the program that made it and save it again.</source>
        <translation>请在创建它的程序中打开并重新保存。</translation>
    </message>
    <message>
        <source>Open one first (Ctrl+L).</source>
        <translation>请先打开一个 (Ctrl+L)。</translation>
    </message>
    <message>
        <source>Open the frame on the canvas first.</source>
        <translation>请先在画布上打开该帧。</translation>
    </message>
    <message>
        <source>PNG, JPEG, WebP, GIF, BMP and TIFF can be read.</source>
        <translation>可读取 PNG、JPEG、WebP、GIF、BMP 和 TIFF。</translation>
    </message>
    <message>
        <source>Pad to even sides (--pad even), or use --chroma 444, --codec av1 or WebM, which need not.</source>
        <translation>请补齐为偶数边长（--pad even），或者使用不需要这样做的 --chroma 444、--codec av1 或 WebM。</translation>
    </message>
    <message>
        <source>Paint over what should change.</source>
        <translation>请涂抹要改变的地方。</translation>
    </message>
    <message>
        <source>Pickles can run code and are never opened; export the model to ONNX.</source>
        <translation>pickle 文件可能执行代码，绝不会打开；请将模型导出为 ONNX。</translation>
    </message>
    <message>
        <source>Pickles can run code and are never opened; get the model as safetensors or ONNX.</source>
        <translation>pickle 文件可能执行代码，绝不会打开；请获取 safetensors 或 ONNX 格式的模型。</translation>
    </message>
    <message>
        <source>Pictures cannot be read as &apos;{0}&apos;.</source>
        <translation>图像不能按“{0}”读取。</translation>
    </message>
    <message>
        <source>Pictures that are blended have their own {0}.</source>
        <translation>混合的图像各有自己的{0}。</translation>
    </message>
    <message>
        <source>Pixels outside of the mask have changed.</source>
        <translation>蒙版之外的像素发生了变化。</translation>
    </message>
    <message>
        <source>Previews are fitted with it.</source>
        <translation>生成预览需要它。</translation>
    </message>
    <message>
        <source>Put it into {0}, or import the style again.</source>
        <translation>请将它放入 {0}，或重新导入该风格。</translation>
    </message>
    <message>
        <source>Put keys in order.</source>
        <translation>请按顺序排列关键帧。</translation>
    </message>
    <message>
        <source>Put the missing frames back, or remove {0} and give a rate.</source>
        <translation>请放回缺少的帧，或者移除 {0} 并给出帧率。</translation>
    </message>
    <message>
        <source>Put {0} beside it; both files are needed.</source>
        <translation>请将 {0} 放在它旁边，两个文件缺一不可。</translation>
    </message>
    <message>
        <source>RGB and RGBA are known.</source>
        <translation>支持 RGB 和 RGBA。</translation>
    </message>
    <message>
        <source>Reading {0} takes {1}.</source>
        <translation>读取方式 {0} 需要 {1}。</translation>
    </message>
    <message>
        <source>Remove it, and give a rate.</source>
        <translation>请移除它并给出帧率。</translation>
    </message>
    <message>
        <source>Rename it.</source>
        <translation>请将其改名。</translation>
    </message>
    <message>
        <source>Repair &apos;native&apos; and &apos;multiple&apos; in its {0}: both are multiples of {1}.</source>
        <translation>请修正其 {0} 中的“native”和“multiple”：两者都应为 {1} 的倍数。</translation>
    </message>
    <message>
        <source>Repair or delete it.</source>
        <translation>请修复或删除它。</translation>
    </message>
    <message>
        <source>Report this to the authors.</source>
        <translation>请将此问题报告给作者。</translation>
    </message>
    <message>
        <source>Rows and columns are both &apos;{0}&apos;.</source>
        <translation>行和列都是“{0}”。</translation>
    </message>
    <message>
        <source>Run it on a desktop, or use the commands (--help).</source>
        <translation>请在桌面环境中运行，或使用命令行（--help）。</translation>
    </message>
    <message>
        <source>Run the command again to go on.</source>
        <translation>再次运行该命令即可继续。</translation>
    </message>
    <message>
        <source>Save as .ora or .psd, or export a picture.</source>
        <translation>请另存为 .ora 或 .psd，或导出为图像。</translation>
    </message>
    <message>
        <source>Save it again as .gpl or .hex.</source>
        <translation>请另存为 .gpl 或 .hex。</translation>
    </message>
    <message>
        <source>Save it again with all its layers.</source>
        <translation>请连同所有图层重新保存。</translation>
    </message>
    <message>
        <source>Save it again.</source>
        <translation>请重新保存。</translation>
    </message>
    <message>
        <source>Save it in half or full precision.</source>
        <translation>请以半精度或全精度保存。</translation>
    </message>
    <message>
        <source>Save it with &apos;maximise compatibility&apos;.</source>
        <translation>保存时请启用“最大兼容”。</translation>
    </message>
    <message>
        <source>Save it, and make room on the disk.</source>
        <translation>请保存它，并清理磁盘空间。</translation>
    </message>
    <message>
        <source>Save or download it again.</source>
        <translation>请重新保存或下载。</translation>
    </message>
    <message>
        <source>Save the picture again.</source>
        <translation>请重新保存该图像。</translation>
    </message>
    <message>
        <source>Save your work; if it happens again, send us the log.</source>
        <translation>请保存您的作品；如果再次发生，请将日志发送给我们。</translation>
    </message>
    <message>
        <source>Say how many cells it should have.</source>
        <translation>请指定格数。</translation>
    </message>
    <message>
        <source>Say pins, source, or approved pictures.</source>
        <translation>请指定 pins、source 或已认可的图像。</translation>
    </message>
    <message>
        <source>Say what changes, for instance seed=1..5</source>
        <translation>请说明变化的内容，例如 seed=1..5</translation>
    </message>
    <message>
        <source>Say where the prompt goes.</source>
        <translation>请写明提示词的位置。</translation>
    </message>
    <message>
        <source>Say where they are, or choose the flash.</source>
        <translation>请指出它们的位置，或改用闪白。</translation>
    </message>
    <message>
        <source>Say which picture&apos;s: --variation-seed</source>
        <translation>请用 --variation-seed 说明是哪幅图像的种子</translation>
    </message>
    <message>
        <source>See what is said of each, or add other pictures.</source>
        <translation>请查看每张图像的说明，或添加其他图像。</translation>
    </message>
    <message>
        <source>Select a part of it, or another layer.</source>
        <translation>请选择它的一部分，或选择其他图层。</translation>
    </message>
    <message>
        <source>Select something first.</source>
        <translation>请先建立选区。</translation>
    </message>
    <message>
        <source>Set HOME, or name a folder in {0}.</source>
        <translation>请设置 HOME，或用 {0} 指定文件夹。</translation>
    </message>
    <message>
        <source>Set clip skip to 0, or export the model again with all hidden states.</source>
        <translation>请将 CLIP 跳过层设为 0，或连同所有隐藏状态重新导出模型。</translation>
    </message>
    <message>
        <source>Several workers need the CPU and a batch that can be divided by their number.</source>
        <translation>多个工作进程需要 CPU，且批大小要能被进程数整除。</translation>
    </message>
    <message>
        <source>Share its styles one by one.</source>
        <translation>请逐一分享其中的风格。</translation>
    </message>
    <message>
        <source>Share styles of pictures that may be passed on.</source>
        <translation>请分享可以传播的图像所成的风格。</translation>
    </message>
    <message>
        <source>Show it in the layers panel.</source>
        <translation>请在图层面板中将其显示。</translation>
    </message>
    <message>
        <source>Sides from 1 to {0} can be used.</source>
        <translation>边长可为 1 到 {0} 像素。</translation>
    </message>
    <message>
        <source>Sides from {0} to {1} can be used.</source>
        <translation>边长可为 {0} 到 {1} 像素。</translation>
    </message>
    <message>
        <source>Sides up to {0} are possible.</source>
        <translation>边长最大可为 {0}。</translation>
    </message>
    <message>
        <source>Sides up to {0} can be used.</source>
        <translation>边长最大为 {0} 像素。</translation>
    </message>
    <message>
        <source>Sides up to {0} can be used; scale it down.</source>
        <translation>边长最大为 {0} 像素，请缩小图像。</translation>
    </message>
    <message>
        <source>Something went wrong: {0}.</source>
        <translation>出现问题：{0}。</translation>
    </message>
    <message>
        <source>Start again with a lower learning rate.</source>
        <translation>请用更低的学习率重新开始。</translation>
    </message>
    <message>
        <source>Stop it first.</source>
        <translation>请先停止它。</translation>
    </message>
    <message>
        <source>THE GPU IS NOT IN USE: {0} Run &apos;python main.py doctor&apos; to see what is missing.</source>
        <translation>未使用 GPU：{0}运行“python main.py doctor”可查看缺少什么。</translation>
    </message>
    <message>
        <source>Take letters, digits, dots and dashes.</source>
        <translation>请使用字母、数字、点和连字符。</translation>
    </message>
    <message>
        <source>Take them out with sheet unpack instead.</source>
        <translation>请改用 sheet unpack 取出。</translation>
    </message>
    <message>
        <source>That layer is no longer there.</source>
        <translation>该图层已不存在。</translation>
    </message>
    <message>
        <source>That point is outside the canvas.</source>
        <translation>该点位于画布之外。</translation>
    </message>
    <message>
        <source>The ControlNet {0} does not fit {1}: it has {2}.</source>
        <translation>ControlNet {0} 不适合 {1}：它有 {2}。</translation>
    </message>
    <message>
        <source>The ControlNet {0} is for {1}, and {2} is {3}.</source>
        <translation>ControlNet {0} 用于 {1}，而 {2} 是 {3}。</translation>
    </message>
    <message>
        <source>The ControlNet {0} would end before it starts.</source>
        <translation>ControlNet {0} 的结束早于开始。</translation>
    </message>
    <message>
        <source>The LoRA {0} does not fit {1}: it moves a bias that {2} has not.</source>
        <translation>LoRA {0} 不适用于 {1}：它更改了 {2} 没有的偏置。</translation>
    </message>
    <message>
        <source>The LoRA {0} does not fit {1}: its layer {2} is {3}, the model&apos;s {4}.</source>
        <translation>LoRA {0} 不适用于 {1}：它的层 {2} 为 {3}，模型的为 {4}。</translation>
    </message>
    <message>
        <source>The LoRA {0} does not fit {1}: {2} of its {3} layers are not in the model, {4} for one.</source>
        <translation>LoRA {0} 不适用于 {1}：共 {3} 层中有 {2} 层不在模型中，例如 {4}。</translation>
    </message>
    <message>
        <source>The LoRA {0} is for {1}, and {2} is {3}.</source>
        <translation>LoRA {0} 适用于 {1}，而 {2} 是 {3}。</translation>
    </message>
    <message>
        <source>The amount {0} cannot be.</source>
        <translation>幅度不能是 {0}。</translation>
    </message>
    <message>
        <source>The animation cannot be read.</source>
        <translation>无法读取该动画。</translation>
    </message>
    <message>
        <source>The animation was made by a newer Gouache.</source>
        <translation>该动画由更新版本的 Gouache 制作。</translation>
    </message>
    <message>
        <source>The animation {0} ends at frame {1}, and the last is {2}.</source>
        <translation>动画 {0} 在第 {1} 帧结束，而最后一帧是 {2}。</translation>
    </message>
    <message>
        <source>The axis &apos;{0}&apos; has no values.</source>
        <translation>“{0}”没有取值。</translation>
    </message>
    <message>
        <source>The background is no colour.</source>
        <translation>背景不是颜色。</translation>
    </message>
    <message>
        <source>The batch in {0} was made by a newer Gouache.</source>
        <translation>{0} 中的批处理由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>The board {0} cannot be read.</source>
        <translation>无法读取变体板 {0}。</translation>
    </message>
    <message>
        <source>The board {0} was made by a newer Gouache.</source>
        <translation>变体板 {0} 由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>The board&apos;s recipe holds &apos;{0}&apos;, which is not known.</source>
        <translation>变体板的生成参数中有未知的“{0}”。</translation>
    </message>
    <message>
        <source>The brush&apos;s {0} is {1}.</source>
        <translation>画笔的{0}为 {1}。</translation>
    </message>
    <message>
        <source>The camera&apos;s zoom is {0}.</source>
        <translation>镜头缩放为 {0}。</translation>
    </message>
    <message>
        <source>The camera&apos;s {0} is {1}.</source>
        <translation>镜头的 {0} 为 {1}。</translation>
    </message>
    <message>
        <source>The canvas has been cut since.</source>
        <translation>此后画布已被裁剪。</translation>
    </message>
    <message>
        <source>The canvas is empty.</source>
        <translation>画布为空。</translation>
    </message>
    <message>
        <source>The canvas is {0}.</source>
        <translation>画布尺寸为 {0}。</translation>
    </message>
    <message>
        <source>The card of {0} is of other files.</source>
        <translation>{0} 的说明属于其他文件。</translation>
    </message>
    <message>
        <source>The card of {0} makes no sense.</source>
        <translation>{0} 的说明没有意义。</translation>
    </message>
    <message>
        <source>The chain has a quote that does not end.</source>
        <translation>步骤组中有一个引号没有结束。</translation>
    </message>
    <message>
        <source>The chain has no name.</source>
        <translation>步骤组没有名称。</translation>
    </message>
    <message>
        <source>The chain has {0} steps.</source>
        <translation>步骤组有 {0} 个步骤。</translation>
    </message>
    <message>
        <source>The chain is empty.</source>
        <translation>步骤组是空的。</translation>
    </message>
    <message>
        <source>The chain {0} cannot be read.</source>
        <translation>无法读取步骤组 {0}。</translation>
    </message>
    <message>
        <source>The clip could not be written.</source>
        <translation>无法写出片段。</translation>
    </message>
    <message>
        <source>The clip has no frame {0}.</source>
        <translation>片段没有第 {0} 帧。</translation>
    </message>
    <message>
        <source>The clip has no frames.</source>
        <translation>短片没有帧。</translation>
    </message>
    <message>
        <source>The clip {0} is {1} pixels.</source>
        <translation>片段 {0} 为 {1} 像素。</translation>
    </message>
    <message>
        <source>The control layer &apos;{0}&apos; has no ControlNet.</source>
        <translation>控制图层“{0}”没有 ControlNet。</translation>
    </message>
    <message>
        <source>The control of a layer cannot be read.</source>
        <translation>无法读取图层的控制设置。</translation>
    </message>
    <message>
        <source>The disk has {0} MB left; training needs {1} MB.</source>
        <translation>磁盘还剩 {0} MB；训练需要 {1} MB。</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>磁盘已满。</translation>
    </message>
    <message>
        <source>The disk is nearly full.</source>
        <translation>磁盘快满了。</translation>
    </message>
    <message>
        <source>The display {0} does not answer.</source>
        <translation>显示器 {0} 没有响应。</translation>
    </message>
    <message>
        <source>The document has no picture.</source>
        <translation>该文档没有图像。</translation>
    </message>
    <message>
        <source>The effects of &apos;{0}&apos; were left out.</source>
        <translation>已略过“{0}”的图层样式。</translation>
    </message>
    <message>
        <source>The embedding {0} is not made of numbers.</source>
        <translation>嵌入 {0} 中含有无效数值。</translation>
    </message>
    <message>
        <source>The engine failed: {0}.</source>
        <translation>引擎出错：{0}。</translation>
    </message>
    <message>
        <source>The file that was written cannot be read to its end.</source>
        <translation>写出的文件无法读到结尾。</translation>
    </message>
    <message>
        <source>The file that was written is {0}, not {1}.</source>
        <translation>写出的文件为 {0}，而不是 {1}。</translation>
    </message>
    <message>
        <source>The folder {0} has a name that the results need.</source>
        <translation>文件夹 {0} 占用了结果所需的名称。</translation>
    </message>
    <message>
        <source>The folders may be mixed up.</source>
        <translation>文件夹可能弄混了。</translation>
    </message>
    <message>
        <source>The frames are in frames/.</source>
        <translation>帧在 frames/ 中。</translation>
    </message>
    <message>
        <source>The frames are kept in {0}.</source>
        <translation>帧保存在 {0} 中。</translation>
    </message>
    <message>
        <source>The frames are {0}.</source>
        <translation>帧为 {0}。</translation>
    </message>
    <message>
        <source>The frames change their size: frame {0} is {1}, those before it {2}.</source>
        <translation>帧的尺寸不一致：第 {0} 帧为 {1}，之前的为 {2}。</translation>
    </message>
    <message>
        <source>The frames do not fit on their page.</source>
        <translation>这些帧放不进页面。</translation>
    </message>
    <message>
        <source>The frames need {0} pages, and Aseprite&apos;s form has one.</source>
        <translation>这些帧需要 {0} 页，而 Aseprite 格式只有一页。</translation>
    </message>
    <message>
        <source>The frames so far are kept; make room and go on.</source>
        <translation>已完成的帧都已保存；请腾出空间后继续。</translation>
    </message>
    <message>
        <source>The gate is {0}, which cannot be.</source>
        <translation>门槛为 {0}，这是不允许的。</translation>
    </message>
    <message>
        <source>The group &apos;{0}&apos; was merged into one layer, so that it looks the same.</source>
        <translation>为保持外观不变，图层组“{0}”已合并为一个图层。</translation>
    </message>
    <message>
        <source>The import could not be started.</source>
        <translation>无法启动导入。</translation>
    </message>
    <message>
        <source>The import ended without a word.</source>
        <translation>导入意外结束。</translation>
    </message>
    <message>
        <source>The import was stopped.</source>
        <translation>导入已停止。</translation>
    </message>
    <message>
        <source>The keys&apos; styles are made by different models.</source>
        <translation>关键帧的风格属于不同的模型。</translation>
    </message>
    <message>
        <source>The last key is at frame {0} and there are {1} frames.</source>
        <translation>最后一个关键帧在第 {0} 帧，而总共有 {1} 帧。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; has a blend mode that is not known here; it is shown as normal.</source>
        <translation>图层“{0}”的混合模式不受支持，已按“正常”显示。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; has the blend mode &apos;{1}&apos;; it is shown as normal.</source>
        <translation>图层“{0}”的混合模式为“{1}”，已按“正常”显示。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; is a control layer, so a picture cannot be merged into it.</source>
        <translation>图层“{0}”是控制图层，图像不能合并到其中。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; is hidden, translucent or blended, so a picture cannot be merged into it.</source>
        <translation>图层“{0}”已隐藏、半透明或使用了混合模式，无法将图像合并到其中。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; is hidden.</source>
        <translation>图层“{0}”已隐藏。</translation>
    </message>
    <message>
        <source>The layer &apos;{0}&apos; is locked.</source>
        <translation>图层“{0}”已锁定。</translation>
    </message>
    <message>
        <source>The layer was changed meanwhile.</source>
        <translation>图层在此期间被改动。</translation>
    </message>
    <message>
        <source>The layer {0} of {1} does not fit together.</source>
        <translation>{1} 的层 {0} 前后不相符。</translation>
    </message>
    <message>
        <source>The layer {0} of {1} is not made of numbers.</source>
        <translation>{1} 的层 {0} 中有无效的数值。</translation>
    </message>
    <message>
        <source>The log has the runtime&apos;s own words.</source>
        <translation>日志中有运行时的原始信息。</translation>
    </message>
    <message>
        <source>The loss is no number at step {0}.</source>
        <translation>第 {0} 步的损失不是数值。</translation>
    </message>
    <message>
        <source>The mask does not have the canvas&apos;s size.</source>
        <translation>蒙版与画布的尺寸不一致。</translation>
    </message>
    <message>
        <source>The mask is empty: nothing may change.</source>
        <translation>蒙版为空：没有可以改变的内容。</translation>
    </message>
    <message>
        <source>The mask is not one channel of 8 bits.</source>
        <translation>蒙版不是 8 位单通道图像。</translation>
    </message>
    <message>
        <source>The mask is too large.</source>
        <translation>蒙版过大。</translation>
    </message>
    <message>
        <source>The mask is {0} and the picture is {1}x{2}.</source>
        <translation>蒙版为 {0}，而图像为 {1}x{2}。</translation>
    </message>
    <message>
        <source>The mask is {0}x{1} and the picture is {2}x{3}.</source>
        <translation>蒙版为 {0}x{1}，而图像为 {2}x{3}。</translation>
    </message>
    <message>
        <source>The masked part hardly changed ({0} grey levels).</source>
        <translation>蒙版内几乎没有变化（{0} 个灰度级）。</translation>
    </message>
    <message>
        <source>The model could not be run.</source>
        <translation>模型无法运行。</translation>
    </message>
    <message>
        <source>The model is as it was.</source>
        <translation>模型保持原样。</translation>
    </message>
    <message>
        <source>The model {0} cannot {1}: it can {2}.</source>
        <translation>模型 {0} 不支持{1}，支持的有：{2}。</translation>
    </message>
    <message>
        <source>The model {0} has no {1}.</source>
        <translation>模型 {0} 没有 {1}。</translation>
    </message>
    <message>
        <source>The nearest is {0}.</source>
        <translation>最接近的是 {0}。</translation>
    </message>
    <message>
        <source>The note &apos;{0}&apos; could not be read; it is kept as it is.</source>
        <translation>无法读取附注“{0}”，已原样保留。</translation>
    </message>
    <message>
        <source>The number of steps is {0}, which cannot be.</source>
        <translation>步数不能为 {0}。</translation>
    </message>
    <message>
        <source>The opacity is {0}, which cannot be.</source>
        <translation>不透明度不能为 {0}。</translation>
    </message>
    <message>
        <source>The palette {0} cannot be read.</source>
        <translation>无法读取调色板 {0}。</translation>
    </message>
    <message>
        <source>The palette {0} has no colours.</source>
        <translation>调色板 {0} 中没有颜色。</translation>
    </message>
    <message>
        <source>The palette {0} has {1} colours.</source>
        <translation>调色板 {0} 有 {1} 种颜色。</translation>
    </message>
    <message>
        <source>The picks in {0} cannot be read.</source>
        <translation>无法读取 {0} 中的选择记录。</translation>
    </message>
    <message>
        <source>The picks in {0} were made by a newer Gouache.</source>
        <translation>{0} 中的选择记录由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>The picture has no alpha channel.</source>
        <translation>该图像没有 Alpha 通道。</translation>
    </message>
    <message>
        <source>The picture is empty.</source>
        <translation>图像是空的。</translation>
    </message>
    <message>
        <source>The picture is not RGB or RGBA with 8 bits a channel.</source>
        <translation>该图像不是每通道 8 位的 RGB 或 RGBA。</translation>
    </message>
    <message>
        <source>The picture is {0}x{1}, and the frames are {2}x{3}.</source>
        <translation>图像为 {0}x{1}，而帧为 {2}x{3}。</translation>
    </message>
    <message>
        <source>The picture is {0}x{1}.</source>
        <translation>图像尺寸为 {0}x{1}。</translation>
    </message>
    <message>
        <source>The picture&apos;s recipe cannot be read.</source>
        <translation>无法读取该图像的生成参数。</translation>
    </message>
    <message>
        <source>The pictures on {0} have different sizes.</source>
        <translation>{0} 上的图像尺寸不同。</translation>
    </message>
    <message>
        <source>The pictures to blend are made at {0} and {1}.</source>
        <translation>要混合的图像分别以 {0} 和 {1} 生成。</translation>
    </message>
    <message>
        <source>The pictures to blend are made by {0} and by {1}.</source>
        <translation>要混合的图像分别由 {0} 和 {1} 生成。</translation>
    </message>
    <message>
        <source>The preferences could not be saved.</source>
        <translation>无法保存首选项。</translation>
    </message>
    <message>
        <source>The program could not look at the pictures.</source>
        <translation>程序未能检查这些图像。</translation>
    </message>
    <message>
        <source>The recipe of the board cannot be read.</source>
        <translation>无法读取变体板的生成参数。</translation>
    </message>
    <message>
        <source>The results would lie among their sources.</source>
        <translation>结果会与源文件混在一起。</translation>
    </message>
    <message>
        <source>The same import goes on where it was.</source>
        <translation>再次导入会从停下的地方继续。</translation>
    </message>
    <message>
        <source>The sampler {0} cannot run {1} steps with this model.</source>
        <translation>采样器 {0} 无法用此模型运行 {1} 步。</translation>
    </message>
    <message>
        <source>The scale is {0}.</source>
        <translation>缩放比例为 {0}。</translation>
    </message>
    <message>
        <source>The settings of {0} make no sense.</source>
        <translation>{0} 的设置无效。</translation>
    </message>
    <message>
        <source>The size {0} is not allowed: both sides must be multiples of {1} from {2} to {3}.</source>
        <translation>不支持尺寸 {0}：两边都须为 {1} 的倍数，且在 {2} 到 {3} 之间。</translation>
    </message>
    <message>
        <source>The sprite is transparent all over.</source>
        <translation>该精灵图完全透明。</translation>
    </message>
    <message>
        <source>The sprite is {0}x{1}; give the box of an eye in it.</source>
        <translation>精灵图为 {0}x{1}；请给出其中眼睛的方框。</translation>
    </message>
    <message>
        <source>The style has no name.</source>
        <translation>风格还没有名称。</translation>
    </message>
    <message>
        <source>The style {0} cannot be read.</source>
        <translation>无法读取风格 {0}。</translation>
    </message>
    <message>
        <source>The style {0} could not be deleted as a whole: {1}.</source>
        <translation>风格 {0} 未能完全删除：{1}。</translation>
    </message>
    <message>
        <source>The style {0} has no {1} in its template.</source>
        <translation>风格 {0} 的模板中没有 {1}。</translation>
    </message>
    <message>
        <source>The style {0} has {1} LoRAs and {2} pictures.</source>
        <translation>风格 {0} 有 {1} 个 LoRA 和 {2} 幅图像。</translation>
    </message>
    <message>
        <source>The style {0} is {1}.</source>
        <translation>风格 {0} 的许可：{1}。</translation>
    </message>
    <message>
        <source>The style {0} lacks its {1} {2}.</source>
        <translation>风格 {0} 缺少 {1} {2}。</translation>
    </message>
    <message>
        <source>The style {0} was made by a newer Gouache.</source>
        <translation>风格 {0} 由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>The style {0}: {1}</source>
        <translation>风格 {0}：{1}</translation>
    </message>
    <message>
        <source>The template has no {0}.</source>
        <translation>模板中没有 {0}。</translation>
    </message>
    <message>
        <source>The text encoder of {0} has no layer to skip to.</source>
        <translation>{0} 的文本编码器没有可跳至的层。</translation>
    </message>
    <message>
        <source>The timeline has no keys.</source>
        <translation>时间轴没有关键帧。</translation>
    </message>
    <message>
        <source>The timeline has {0} at frame {1}.</source>
        <translation>时间轴在第 {1} 帧有{0}。</translation>
    </message>
    <message>
        <source>The tokenizer has no token {0}.</source>
        <translation>分词器没有词元 {0}。</translation>
    </message>
    <message>
        <source>The training could not be started.</source>
        <translation>训练未能启动。</translation>
    </message>
    <message>
        <source>The training {0} was made by a newer Gouache.</source>
        <translation>训练 {0} 由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>The upscaler in {0} is not what its card says.</source>
        <translation>{0} 中的放大模型与其说明不符。</translation>
    </message>
    <message>
        <source>The weight of the LoRA {0} is {1}.</source>
        <translation>LoRA {0} 的权重为 {1}。</translation>
    </message>
    <message>
        <source>The weights of {0} are {1}.</source>
        <translation>{0} 的权重为 {1}。</translation>
    </message>
    <message>
        <source>The weights sum to {0}.</source>
        <translation>权重之和为 {0}。</translation>
    </message>
    <message>
        <source>The weights {0} cannot be used.</source>
        <translation>无法使用权重 {0}。</translation>
    </message>
    <message>
        <source>The window is empty.</source>
        <translation>窗口是空的。</translation>
    </message>
    <message>
        <source>The {0} for reading {1} is {2}.</source>
        <translation>读取方式 {1} 的 {0} 是 {2}。</translation>
    </message>
    <message>
        <source>The {0} is {1}, which cannot be.</source>
        <translation>{0}不能为 {1}。</translation>
    </message>
    <message>
        <source>The {0} would be {1}.</source>
        <translation>{0}的尺寸将为 {1}。</translation>
    </message>
    <message>
        <source>There are no frames to write.</source>
        <translation>没有可以写出的帧。</translation>
    </message>
    <message>
        <source>There are no layers to be frames.</source>
        <translation>没有可作为帧的图层。</translation>
    </message>
    <message>
        <source>There are no pictures to export.</source>
        <translation>没有可导出的图像。</translation>
    </message>
    <message>
        <source>There are no pictures to learn from.</source>
        <translation>没有可供学习的图像。</translation>
    </message>
    <message>
        <source>There are no references to measure against.</source>
        <translation>没有可比较的参考图像。</translation>
    </message>
    <message>
        <source>There are none.</source>
        <translation>目前一个也没有。</translation>
    </message>
    <message>
        <source>There are {0} LoRAs.</source>
        <translation>有 {0} 个 LoRA。</translation>
    </message>
    <message>
        <source>There are {0} control pictures.</source>
        <translation>有 {0} 张控制图像。</translation>
    </message>
    <message>
        <source>There are {0} pictures to blend and {1} weights.</source>
        <translation>要混合的图像有 {0} 张，权重有 {1} 个。</translation>
    </message>
    <message>
        <source>There are {0} reference pictures.</source>
        <translation>参考图像有 {0} 张。</translation>
    </message>
    <message>
        <source>There are {0}, and folders (no ending).</source>
        <translation>可用的有 {0}，以及文件夹（无扩展名）。</translation>
    </message>
    <message>
        <source>There are {0}.</source>
        <translation>可用的有 {0}。</translation>
    </message>
    <message>
        <source>There is a model {0} already.</source>
        <translation>已有名为 {0} 的模型。</translation>
    </message>
    <message>
        <source>There is a style named &apos;{0}&apos; already.</source>
        <translation>已有名为“{0}”的风格。</translation>
    </message>
    <message>
        <source>There is a {0} in {1} already.</source>
        <translation>{1} 中已有 {0}。</translation>
    </message>
    <message>
        <source>There is another {0} in {1}.</source>
        <translation>{1} 中有另一个 {0}。</translation>
    </message>
    <message>
        <source>There is another {0} now.</source>
        <translation>现在有另一个 {0}。</translation>
    </message>
    <message>
        <source>There is no LoRA {0}.</source>
        <translation>没有 LoRA {0}。</translation>
    </message>
    <message>
        <source>There is no VAE {0}.</source>
        <translation>没有 VAE {0}。</translation>
    </message>
    <message>
        <source>There is no animation in {0}.</source>
        <translation>{0} 中没有动画。</translation>
    </message>
    <message>
        <source>There is no board in {0}.</source>
        <translation>{0} 中没有变体板。</translation>
    </message>
    <message>
        <source>There is no device &apos;{0}&apos;.</source>
        <translation>没有设备“{0}”。</translation>
    </message>
    <message>
        <source>There is no display here (DISPLAY and WAYLAND_DISPLAY are not set).</source>
        <translation>此处没有显示器（未设置 DISPLAY 和 WAYLAND_DISPLAY）。</translation>
    </message>
    <message>
        <source>There is no file {0}.</source>
        <translation>没有文件 {0}。</translation>
    </message>
    <message>
        <source>There is no frame {0} any more.</source>
        <translation>已经没有第 {0} 帧。</translation>
    </message>
    <message>
        <source>There is no frame {0}.</source>
        <translation>没有第 {0} 帧。</translation>
    </message>
    <message>
        <source>There is no home folder here.</source>
        <translation>此处没有用户主文件夹。</translation>
    </message>
    <message>
        <source>There is no language &apos;{0}&apos;.</source>
        <translation>没有语言“{0}”。</translation>
    </message>
    <message>
        <source>There is no layer to save.</source>
        <translation>没有可保存的图层。</translation>
    </message>
    <message>
        <source>There is no layer under this one.</source>
        <translation>此图层下方没有其他图层。</translation>
    </message>
    <message>
        <source>There is no layer.</source>
        <translation>没有图层。</translation>
    </message>
    <message>
        <source>There is no name for the file.</source>
        <translation>文件没有名称。</translation>
    </message>
    <message>
        <source>There is no palette {0}.</source>
        <translation>没有调色板 {0}。</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>剪贴板中没有图像。</translation>
    </message>
    <message>
        <source>There is no picture or folder {0}.</source>
        <translation>没有图像或文件夹 {0}。</translation>
    </message>
    <message>
        <source>There is no picture to bring in.</source>
        <translation>没有可放入的图像。</translation>
    </message>
    <message>
        <source>There is no picture to change.</source>
        <translation>没有可修改的图像。</translation>
    </message>
    <message>
        <source>There is no picture to inpaint.</source>
        <translation>没有可局部重绘的图像。</translation>
    </message>
    <message>
        <source>There is no place for the test&apos;s own files.</source>
        <translation>没有地方存放自检所用的文件。</translation>
    </message>
    <message>
        <source>There is no request of the kind &apos;{0}&apos;.</source>
        <translation>没有“{0}”这种请求。</translation>
    </message>
    <message>
        <source>There is no sprite to move.</source>
        <translation>没有可以动的精灵。</translation>
    </message>
    <message>
        <source>There is no window.</source>
        <translation>没有窗口。</translation>
    </message>
    <message>
        <source>There is no {0} named &apos;{1}&apos;.</source>
        <translation>没有名为“{1}”的{0}。</translation>
    </message>
    <message>
        <source>There is no {0} without a picture to start from.</source>
        <translation>没有起始图像就没有 {0}。</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>内存不足，无法完成此操作。</translation>
    </message>
    <message>
        <source>There is not enough memory to train.</source>
        <translation>内存不足，无法训练。</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>内存不足。</translation>
    </message>
    <message>
        <source>There is nothing at {0}.</source>
        <translation>{0} 处没有任何内容。</translation>
    </message>
    <message>
        <source>These are one and the same picture.</source>
        <translation>这是同一幅图像。</translation>
    </message>
    <message>
        <source>They go from 0 to {0}.</source>
        <translation>可用范围为 0 到 {0}。</translation>
    </message>
    <message>
        <source>This GPU add-on is for onnxruntime {0}, and the program has {1}.</source>
        <translation>此 GPU 附加包用于 onnxruntime {0}，而程序使用的是 {1}。</translation>
    </message>
    <message>
        <source>This GPU add-on is for {0}.</source>
        <translation>此 GPU 附加包用于 {0}。</translation>
    </message>
    <message>
        <source>This board starts from words alone.</source>
        <translation>此变体板仅由文字生成。</translation>
    </message>
    <message>
        <source>This copy of the program does not know its makers&apos; signature.</source>
        <translation>此程序副本不含作者的签名公钥。</translation>
    </message>
    <message>
        <source>This engine does not know {0}.</source>
        <translation>此引擎不支持 {0}。</translation>
    </message>
    <message>
        <source>This file does not say what the newest version is.</source>
        <translation>此文件没有说明最新版本。</translation>
    </message>
    <message>
        <source>This file is for another version of the program.</source>
        <translation>此文件用于程序的其他版本。</translation>
    </message>
    <message>
        <source>This frame is made from the one before it, which is not there yet.</source>
        <translation>此帧由前一帧生成，而前一帧还没有。</translation>
    </message>
    <message>
        <source>This installation cannot write {0}.</source>
        <translation>当前安装无法写出 {0}。</translation>
    </message>
    <message>
        <source>This picture belongs outside the canvas as it is now.</source>
        <translation>此图像的位置在当前画布之外。</translation>
    </message>
    <message>
        <source>This was not signed by the makers of this program.</source>
        <translation>这不是由本程序的作者签名的。</translation>
    </message>
    <message>
        <source>Times are rounded to those that {0} can hold; nothing drifts.</source>
        <translation>时间按 {0} 能保存的精度取整，不会累积误差。</translation>
    </message>
    <message>
        <source>Train it again under another.</source>
        <translation>请以另一名称重新训练。</translation>
    </message>
    <message>
        <source>Trim it first, give a larger size, or larger=shrink.</source>
        <translation>请先裁边、给出更大的尺寸，或选择过大时缩小。</translation>
    </message>
    <message>
        <source>Try a smaller size.</source>
        <translation>请尝试较小的尺寸。</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>Try again; if it fails again, copy the details and restart Gouache.</source>
        <translation>请重试；如果仍然失败，请复制详细信息并重新启动 Gouache。</translation>
    </message>
    <message>
        <source>Try again; parts that are done are kept.</source>
        <translation>请重试；已完成的部分会保留。</translation>
    </message>
    <message>
        <source>Type at least one letter.</source>
        <translation>请至少输入一个字符。</translation>
    </message>
    <message>
        <source>Type one, or choose a place.</source>
        <translation>请输入一个，或选择位置。</translation>
    </message>
    <message>
        <source>Undo the crop, or generate anew.</source>
        <translation>请撤销裁剪，或重新生成。</translation>
    </message>
    <message>
        <source>Undo the crop, then apply it.</source>
        <translation>请先撤销裁剪，再应用它。</translation>
    </message>
    <message>
        <source>Unlock it in the layers panel.</source>
        <translation>请在图层面板中将其解锁。</translation>
    </message>
    <message>
        <source>Update the program.</source>
        <translation>请更新程序。</translation>
    </message>
    <message>
        <source>Use --device cpu.</source>
        <translation>请使用 --device cpu。</translation>
    </message>
    <message>
        <source>Use .gpl or .hex.</source>
        <translation>请使用 .gpl 或 .hex。</translation>
    </message>
    <message>
        <source>Use .gpl, .hex, .act or .png.</source>
        <translation>请使用 .gpl、.hex、.act 或 .png。</translation>
    </message>
    <message>
        <source>Use .png, .webp or .jpg.</source>
        <translation>请使用 .png、.webp 或 .jpg。</translation>
    </message>
    <message>
        <source>Use a ControlNet for it.</source>
        <translation>请使用适合它的 ControlNet。</translation>
    </message>
    <message>
        <source>Use a LoRA, LoCon, LoHa, LoKr, DoRA, OFT or IA3.</source>
        <translation>请使用 LoRA、LoCon、LoHa、LoKr、DoRA、OFT 或 IA3。</translation>
    </message>
    <message>
        <source>Use cpu or cuda.</source>
        <translation>请使用 cpu 或 cuda。</translation>
    </message>
    <message>
        <source>Use it with a model of its own family.</source>
        <translation>请与同系列的模型一起使用。</translation>
    </message>
    <message>
        <source>Use up to 40 letters and digits.</source>
        <translation>请使用不超过 40 个字母、汉字或数字。</translation>
    </message>
    <message>
        <source>Use up to {0} letters and digits.</source>
        <translation>请使用不超过 {0} 个字母和数字。</translation>
    </message>
    <message>
        <source>Wait for it, or stop it first.</source>
        <translation>请等它完成，或先停止它。</translation>
    </message>
    <message>
        <source>Wait for it, or stop it.</source>
        <translation>请等它完成，或停止它。</translation>
    </message>
    <message>
        <source>Walk between styles of one model.</source>
        <translation>请在同一模型的风格之间漫游。</translation>
    </message>
    <message>
        <source>WebM has either transparency or chroma 444.</source>
        <translation>WebM 只能在透明度和 444 色度中二选一。</translation>
    </message>
    <message>
        <source>Words that the model does not know are left out: {0}.</source>
        <translation>模型不认识的词已略去：{0}。</translation>
    </message>
    <message>
        <source>Workers need Dask, which is not installed.</source>
        <translation>多个工作进程需要 Dask，但尚未安装。</translation>
    </message>
    <message>
        <source>Write &quot;...&quot; around a value.</source>
        <translation>请在值的两边写上 &quot;...&quot;。</translation>
    </message>
    <message>
        <source>Write 0.2..0.8/4 for four values at equal distances.</source>
        <translation>四个等距的值请写作 0.2..0.8/4。</translation>
    </message>
    <message>
        <source>Write 12, or 10..12, or 30.. for all from there.</source>
        <translation>请写 12、10..12，或者用 30.. 表示从该帧起的全部。</translation>
    </message>
    <message>
        <source>Write 128 or 128x96.</source>
        <translation>请写成 128 或 128x96。</translation>
    </message>
    <message>
        <source>Write for instance edges:80,160</source>
        <translation>例如写 edges:80,160</translation>
    </message>
    <message>
        <source>Write it like width=2.</source>
        <translation>请写成 width=2 的形式。</translation>
    </message>
    <message>
        <source>Write it like {&quot;step&quot;: &quot;trim&quot;}.</source>
        <translation>请写成 {&quot;step&quot;: &quot;trim&quot;} 的形式。</translation>
    </message>
    <message>
        <source>Write it where a style is named.</source>
        <translation>请写在填写风格名称的地方。</translation>
    </message>
    <message>
        <source>Write numbers, for instance {0}</source>
        <translation>请写数字，例如 {0}</translation>
    </message>
    <message>
        <source>Write the frame, a colon and the prompt: {0}</source>
        <translation>请写帧号、冒号和提示词：{0}</translation>
    </message>
    <message>
        <source>Write {0}={1}</source>
        <translation>请写作 {0}={1}</translation>
    </message>
    <message>
        <source>Your preferences could not be read, so the usual ones are in use. The old file is {0}.</source>
        <translation>无法读取首选项，已改用默认设置。旧文件为 {0}。</translation>
    </message>
    <message>
        <source>a key after a later one</source>
        <translation>排在更晚关键帧之后的关键帧</translation>
    </message>
    <message>
        <source>a name is longer than 65,536 bytes</source>
        <translation>某个名称超过 65,536 字节</translation>
    </message>
    <message>
        <source>a number runs past its end</source>
        <translation>某个数值超出文件末尾</translation>
    </message>
    <message>
        <source>a part of {0} bytes does not fit the {1} that are left</source>
        <translation>{0} 字节的部分放不进剩余的 {1} 字节</translation>
    </message>
    <message>
        <source>a weight has more than {0} axes</source>
        <translation>某个权重超过 {0} 个维度</translation>
    </message>
    <message>
        <source>an opacity is &apos;{0}&apos;</source>
        <translation>某个不透明度的值为“{0}”</translation>
    </message>
    <message>
        <source>axis</source>
        <translation>坐标轴</translation>
    </message>
    <message>
        <source>canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>chroma</source>
        <translation>色度</translation>
    </message>
    <message>
        <source>clip skip</source>
        <translation>CLIP 跳过层</translation>
    </message>
    <message>
        <source>codec</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>context</source>
        <translation>上下文范围</translation>
    </message>
    <message>
        <source>cycle</source>
        <translation>循环动作</translation>
    </message>
    <message>
        <source>decoded in small tiles</source>
        <translation>已改用小分块解码</translation>
    </message>
    <message>
        <source>device or resource busy</source>
        <translation>设备或资源正忙</translation>
    </message>
    <message>
        <source>disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>dither</source>
        <translation>抖动</translation>
    </message>
    <message>
        <source>easing</source>
        <translation>缓动</translation>
    </message>
    <message>
        <source>end</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>end of the ControlNet {0}</source>
        <translation>ControlNet {0} 的结束</translation>
    </message>
    <message>
        <source>feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>form of sheet</source>
        <translation>精灵表格式</translation>
    </message>
    <message>
        <source>format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>guided in two halves</source>
        <translation>引导已分两次计算</translation>
    </message>
    <message>
        <source>hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>hold</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>hold on colours</source>
        <translation>颜色保持</translation>
    </message>
    <message>
        <source>inpaint</source>
        <translation>局部重绘</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>它是文件夹</translation>
    </message>
    <message>
        <source>it does not say where the weight {0} lies</source>
        <translation>未说明权重 {0} 的位置</translation>
    </message>
    <message>
        <source>it has a field numbered 0</source>
        <translation>含有编号为 0 的字段</translation>
    </message>
    <message>
        <source>it has a field of unknown kind {0}</source>
        <translation>含有未知类型 {0} 的字段</translation>
    </message>
    <message>
        <source>it has more than {0} fields</source>
        <translation>字段超过 {0} 个</translation>
    </message>
    <message>
        <source>it has no stack</source>
        <translation>没有图层堆栈</translation>
    </message>
    <message>
        <source>it holds no graph</source>
        <translation>不含计算图</translation>
    </message>
    <message>
        <source>it holds two graphs</source>
        <translation>含有两个计算图</translation>
    </message>
    <message>
        <source>its graphs are nested too deep</source>
        <translation>计算图嵌套过深</translation>
    </message>
    <message>
        <source>its groups are nested too deep</source>
        <translation>图层组嵌套过深</translation>
    </message>
    <message>
        <source>its selection has another size than the canvas</source>
        <translation>选区与画布的尺寸不一致</translation>
    </message>
    <message>
        <source>its stack.xml cannot be read</source>
        <translation>无法读取 stack.xml</translation>
    </message>
    <message>
        <source>its stack.xml describes no image</source>
        <translation>stack.xml 中没有图像</translation>
    </message>
    <message>
        <source>key&apos;s frame</source>
        <translation>关键帧的帧号</translation>
    </message>
    <message>
        <source>largest side</source>
        <translation>最大边长</translation>
    </message>
    <message>
        <source>last seed</source>
        <translation>最后一个种子</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>layer &apos;{0}&apos;</source>
        <translation>图层“{0}”</translation>
    </message>
    <message>
        <source>made one picture at a time</source>
        <translation>已改为逐张生成</translation>
    </message>
    <message>
        <source>merged layer</source>
        <translation>合并后的图层</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>model or file</source>
        <translation>模型或文件</translation>
    </message>
    <message>
        <source>no frames</source>
        <translation>没有帧</translation>
    </message>
    <message>
        <source>no numbers</source>
        <translation>没有数字</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>它不是文件夹</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>number of colours</source>
        <translation>颜色数量</translation>
    </message>
    <message>
        <source>number of columns</source>
        <translation>列数</translation>
    </message>
    <message>
        <source>number of extruded pixels</source>
        <translation>外扩像素数</translation>
    </message>
    <message>
        <source>number of frames</source>
        <translation>帧数</translation>
    </message>
    <message>
        <source>number of loops</source>
        <translation>循环次数</translation>
    </message>
    <message>
        <source>number of pictures</source>
        <translation>图像数量</translation>
    </message>
    <message>
        <source>number of pictures to blend</source>
        <translation>要混合的图像数量</translation>
    </message>
    <message>
        <source>number of requests</source>
        <translation>请求数量</translation>
    </message>
    <message>
        <source>number of steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>operation not permitted</source>
        <translation>不允许此操作</translation>
    </message>
    <message>
        <source>padding</source>
        <translation>间距</translation>
    </message>
    <message>
        <source>palette</source>
        <translation>调色板</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>文件系统为只读</translation>
    </message>
    <message>
        <source>reference weight</source>
        <translation>参考图像权重</translation>
    </message>
    <message>
        <source>sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>setting of a key</source>
        <translation>关键帧设置</translation>
    </message>
    <message>
        <source>setting of {0}</source>
        <translation>{0} 的设置</translation>
    </message>
    <message>
        <source>share of the new picture</source>
        <translation>新图像的比例</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>sound, but no pictures</source>
        <translation>只有声音而没有画面</translation>
    </message>
    <message>
        <source>spacing</source>
        <translation>间距</translation>
    </message>
    <message>
        <source>start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>start of the ControlNet {0}</source>
        <translation>ControlNet {0} 的开始</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>strength of the ControlNet {0}</source>
        <translation>ControlNet {0} 的强度</translation>
    </message>
    <message>
        <source>strength where it is trusted</source>
        <translation>可信处的强度</translation>
    </message>
    <message>
        <source>style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>style of your own</source>
        <translation>自己的风格</translation>
    </message>
    <message>
        <source>take</source>
        <translation>取法</translation>
    </message>
    <message>
        <source>the layer &apos;{0}&apos; has no picture</source>
        <translation>图层“{0}”没有图像</translation>
    </message>
    <message>
        <source>the weight {0} has an impossible shape {1}</source>
        <translation>权重 {0} 的形状 {1} 无效</translation>
    </message>
    <message>
        <source>the weight {0} needs {1} bytes and is given {2}</source>
        <translation>权重 {0} 需要 {1} 字节，却只给出 {2} 字节</translation>
    </message>
    <message>
        <source>the weight {0} of shape {1} is larger than the file</source>
        <translation>形状为 {1} 的权重 {0} 比文件还大</translation>
    </message>
    <message>
        <source>the weight {0} of shape {1} needs {2} bytes and has {3}</source>
        <translation>形状为 {1} 的权重 {0} 需要 {2} 字节，实际有 {3} 字节</translation>
    </message>
    <message>
        <source>torch finds no CUDA device here.</source>
        <translation>torch 在这台电脑上找不到 CUDA 设备。</translation>
    </message>
    <message>
        <source>two keys</source>
        <translation>两个关键帧</translation>
    </message>
    <message>
        <source>variation seed</source>
        <translation>变体种子</translation>
    </message>
    <message>
        <source>variation strength</source>
        <translation>变体强度</translation>
    </message>
    <message>
        <source>vary</source>
        <translation>图生图</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>{0} are made for different models.</source>
        <translation>{0} 适用于不同的模型。</translation>
    </message>
    <message>
        <source>{0} belongs to the program.</source>
        <translation>{0} 是程序自带的。</translation>
    </message>
    <message>
        <source>{0} cannot be &apos;{1}&apos;.</source>
        <translation>{0} 不能是“{1}”。</translation>
    </message>
    <message>
        <source>{0} cannot be guided by a ControlNet.</source>
        <translation>{0} 不能由 ControlNet 引导。</translation>
    </message>
    <message>
        <source>{0} cannot be moved.</source>
        <translation>无法移动 {0}。</translation>
    </message>
    <message>
        <source>{0} cannot be read.</source>
        <translation>无法读取 {0}。</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>无法读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} cannot be used: it is {1}.</source>
        <translation>无法使用 {0}：它是 {1}。</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>无法写入 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} cannot hold layers.</source>
        <translation>{0} 无法保存图层。</translation>
    </message>
    <message>
        <source>{0} cannot run at its own size, {1} in multiples of {2}.</source>
        <translation>{0} 无法以自身的尺寸运行：{1}，须为 {2} 的倍数。</translation>
    </message>
    <message>
        <source>{0} carries no recipe.</source>
        <translation>{0} 不含生成参数。</translation>
    </message>
    <message>
        <source>{0} changes its size from {1} to {2} after frame {3}.</source>
        <translation>{0} 在第 {3} 帧之后尺寸由 {1} 变为 {2}。</translation>
    </message>
    <message>
        <source>{0} changes more than low-rank layers ({1}).</source>
        <translation>{0} 更改的不只是低秩层（{1}）。</translation>
    </message>
    <message>
        <source>{0} colours are not possible.</source>
        <translation>不能有 {0} 种颜色。</translation>
    </message>
    <message>
        <source>{0} columns of {1} pixels are too wide for a page of {2}.</source>
        <translation>{0} 列、每列 {1} 像素，对 {2} 的页面来说太宽。</translation>
    </message>
    <message>
        <source>{0} comes with the program.</source>
        <translation>{0} 是程序自带的。</translation>
    </message>
    <message>
        <source>{0} could not be copied: {1}.</source>
        <translation>{0} 未能复制：{1}。</translation>
    </message>
    <message>
        <source>{0} could not be imported: {1}.</source>
        <translation>未能导入 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} could not be opened by the runtime.</source>
        <translation>运行时无法打开 {0}。</translation>
    </message>
    <message>
        <source>{0} could not be used, so the {1} does the work.</source>
        <translation>无法使用 {0}，改由 {1} 运行。</translation>
    </message>
    <message>
        <source>{0} could not be written: {1}.</source>
        <translation>无法写入 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} does not answer: {1}.</source>
        <translation>{0} 没有响应：{1}。</translation>
    </message>
    <message>
        <source>{0} does not exist.</source>
        <translation>{0} 不存在。</translation>
    </message>
    <message>
        <source>{0} does not hold settings.</source>
        <translation>{0} 中没有设置。</translation>
    </message>
    <message>
        <source>{0} does not hold the vectors of one word.</source>
        <translation>{0} 中不是一个词的向量。</translation>
    </message>
    <message>
        <source>{0} does not look words up in a table.</source>
        <translation>{0} 不通过词表查找词语。</translation>
    </message>
    <message>
        <source>{0} does not say its scale.</source>
        <translation>{0} 没有说明缩放系数。</translation>
    </message>
    <message>
        <source>{0} frames a second cannot be.</source>
        <translation>不能是每秒 {0} 帧。</translation>
    </message>
    <message>
        <source>{0} gives nothing back.</source>
        <translation>{0} 没有任何输出。</translation>
    </message>
    <message>
        <source>{0} has a model of its own.</source>
        <translation>{0} 有自带的模型。</translation>
    </message>
    <message>
        <source>{0} has a stack.xml with a document type.</source>
        <translation>{0} 的 stack.xml 含有文档类型声明。</translation>
    </message>
    <message>
        <source>{0} has a {1} of {2}.</source>
        <translation>{0} 的 {1} 有 {2}。</translation>
    </message>
    <message>
        <source>{0} has more than 8 bits a channel; they are reduced to 8.</source>
        <translation>{0} 每通道超过 8 位，已降为 8 位。</translation>
    </message>
    <message>
        <source>{0} has no encoder.</source>
        <translation>{0} 没有编码器。</translation>
    </message>
    <message>
        <source>{0} has no frames.</source>
        <translation>{0} 没有帧。</translation>
    </message>
    <message>
        <source>{0} has no pixels.</source>
        <translation>{0} 没有像素。</translation>
    </message>
    <message>
        <source>{0} has no tokenizer.</source>
        <translation>{0} 没有分词器。</translation>
    </message>
    <message>
        <source>{0} has no {1} to be chosen.</source>
        <translation>{0} 没有可以选择的{1}。</translation>
    </message>
    <message>
        <source>{0} has no {1}.</source>
        <translation>{0} 缺少 {1}。</translation>
    </message>
    <message>
        <source>{0} has only a part of its layer {1}.</source>
        <translation>{0} 中的层 {1} 不完整。</translation>
    </message>
    <message>
        <source>{0} has sides up to {1}.</source>
        <translation>{0} 的边长最大为 {1}。</translation>
    </message>
    <message>
        <source>{0} has too many colours for a palette.</source>
        <translation>{0} 的颜色太多，不能用作调色板。</translation>
    </message>
    <message>
        <source>{0} has {1} frames, but {2} tells of {3}.</source>
        <translation>{0} 有 {1} 帧，而 {2} 记录的是 {3} 帧。</translation>
    </message>
    <message>
        <source>{0} has {1} frames; the first is used.</source>
        <translation>{0} 有 {1} 帧，已使用第一帧。</translation>
    </message>
    <message>
        <source>{0} has {1}.</source>
        <translation>{0} {1}。</translation>
    </message>
    <message>
        <source>{0} have models of their own.</source>
        <translation>{0} 各有自带的模型。</translation>
    </message>
    <message>
        <source>{0} holds PyTorch weights.</source>
        <translation>{0} 中是 PyTorch 权重。</translation>
    </message>
    <message>
        <source>{0} holds a run with another &apos;{1}&apos; ({2}, not {3}).</source>
        <translation>{0} 中的训练使用另一个“{1}”（{2}，不是 {3}）。</translation>
    </message>
    <message>
        <source>{0} holds a single graph, not a whole model.</source>
        <translation>{0} 中只有一个计算图，不是完整的模型。</translation>
    </message>
    <message>
        <source>{0} holds an upscaler of another version.</source>
        <translation>{0} 中的放大模型是其他版本的。</translation>
    </message>
    <message>
        <source>{0} holds no low-rank layers.</source>
        <translation>{0} 中没有低秩层。</translation>
    </message>
    <message>
        <source>{0} holds no pictures but results.</source>
        <translation>{0} 中除了结果没有其他图像。</translation>
    </message>
    <message>
        <source>{0} holds no pictures.</source>
        <translation>{0} 中没有图像。</translation>
    </message>
    <message>
        <source>{0} holds no style that can be used.</source>
        <translation>{0} 中没有可用的风格。</translation>
    </message>
    <message>
        <source>{0} holds no upscaler that can be used.</source>
        <translation>{0} 中没有可用的放大模型。</translation>
    </message>
    <message>
        <source>{0} holds numbers of the kind {1} ({2}).</source>
        <translation>{0} 中有 {1} 类型的数值（{2}）。</translation>
    </message>
    <message>
        <source>{0} holds other things than frames.</source>
        <translation>{0} 中有帧以外的内容。</translation>
    </message>
    <message>
        <source>{0} holds pickled weights.</source>
        <translation>{0} 中是 pickle 格式的权重。</translation>
    </message>
    <message>
        <source>{0} holds the name &apos;{1}&apos;, which points outside of it.</source>
        <translation>{0} 中的名称“{1}”指向文件之外。</translation>
    </message>
    <message>
        <source>{0} holds two files of one name.</source>
        <translation>{0} 中有两个同名文件。</translation>
    </message>
    <message>
        <source>{0} holds {1} tensors of no known kind, {2} first.</source>
        <translation>{0} 包含 {1} 个未知类型的张量，第一个是 {2}。</translation>
    </message>
    <message>
        <source>{0} is SDXL&apos;s refiner, which only finishes another model&apos;s pictures.</source>
        <translation>{0} 是 SDXL 的精炼模型，只用于完善其他模型的图像。</translation>
    </message>
    <message>
        <source>{0} is a ControlNet of another build: {1}.</source>
        <translation>{0} 是另一种结构的 ControlNet：{1}。</translation>
    </message>
    <message>
        <source>{0} is a ControlNet that reads pictures of {1} channels.</source>
        <translation>{0} 是读取 {1} 通道图像的 ControlNet。</translation>
    </message>
    <message>
        <source>{0} is a ControlNet that was imported before: {1}, for {2}.</source>
        <translation>{0} 是之前导入的 ControlNet：{1}，用于 {2}。</translation>
    </message>
    <message>
        <source>{0} is a GPU add-on of another kind.</source>
        <translation>{0} 是另一种 GPU 附加包。</translation>
    </message>
    <message>
        <source>{0} is a LoRA for {1}, which is not supported yet.</source>
        <translation>{0} 是适用于 {1} 的 LoRA，尚不支持。</translation>
    </message>
    <message>
        <source>{0} is a Stable Diffusion XL UNet, and text_encoder_2/ is missing.</source>
        <translation>{0} 是 Stable Diffusion XL 的 UNet，但缺少 text_encoder_2/。</translation>
    </message>
    <message>
        <source>{0} is a UNet alone, without the text encoder that belongs to it.</source>
        <translation>{0} 只有 UNet，缺少对应的文本编码器。</translation>
    </message>
    <message>
        <source>{0} is a VAE of {1} latent channels, for Flux, Stable Diffusion 3 or a film.</source>
        <translation>{0} 是有 {1} 个潜变量通道的 VAE，适用于 Flux、Stable Diffusion 3 或视频模型。</translation>
    </message>
    <message>
        <source>{0} is a file, not a model folder.</source>
        <translation>{0} 是文件，不是模型文件夹。</translation>
    </message>
    <message>
        <source>{0} is a folder, not a picture.</source>
        <translation>{0} 是文件夹，不是图像。</translation>
    </message>
    <message>
        <source>{0} is a link that leaves the model&apos;s folder.</source>
        <translation>{0} 是指向模型文件夹之外的链接。</translation>
    </message>
    <message>
        <source>{0} is a pickle or an archive, not ONNX.</source>
        <translation>{0} 是 pickle 或压缩包，不是 ONNX。</translation>
    </message>
    <message>
        <source>{0} is a pickle, which can run code and is never opened.</source>
        <translation>{0} 是 pickle 文件，可能会运行代码，因此不会打开。</translation>
    </message>
    <message>
        <source>{0} is a single graph.</source>
        <translation>{0} 只是单个计算图。</translation>
    </message>
    <message>
        <source>{0} is being trained already.</source>
        <translation>{0} 已在训练。</translation>
    </message>
    <message>
        <source>{0} is broken or cut off.</source>
        <translation>{0} 已损坏或不完整。</translation>
    </message>
    <message>
        <source>{0} is broken.</source>
        <translation>{0} 已损坏。</translation>
    </message>
    <message>
        <source>{0} is broken: {1}.</source>
        <translation>{0} 已损坏：{1}。</translation>
    </message>
    <message>
        <source>{0} is cut off at {1} of {2}.</source>
        <translation>{0} 不完整：只有 {1}，应为 {2}。</translation>
    </message>
    <message>
        <source>{0} is cut off before its first frame.</source>
        <translation>{0} 在第一帧之前被截断。</translation>
    </message>
    <message>
        <source>{0} is cut off or broken after frame {1}.</source>
        <translation>{0} 在第 {1} 帧之后被截断或损坏。</translation>
    </message>
    <message>
        <source>{0} is cut off or broken: of {1} frames {2} can be read.</source>
        <translation>{0} 被截断或损坏：共 {1} 帧，可以读取 {2} 帧。</translation>
    </message>
    <message>
        <source>{0} is cut off: {1} of {2} bytes.</source>
        <translation>{0} 不完整：共 {2} 字节，仅有 {1} 字节。</translation>
    </message>
    <message>
        <source>{0} is empty.</source>
        <translation>{0} 为空。</translation>
    </message>
    <message>
        <source>{0} is enormous.</source>
        <translation>{0} 过于巨大。</translation>
    </message>
    <message>
        <source>{0} is for {1}, which is not supported yet.</source>
        <translation>{0} 适用于 {1}，尚不支持。</translation>
    </message>
    <message>
        <source>{0} is missing from the GPU add-on.</source>
        <translation>GPU 附加包中缺少 {0}。</translation>
    </message>
    <message>
        <source>{0} is missing.</source>
        <translation>缺少 {0}。</translation>
    </message>
    <message>
        <source>{0} is no GPU add-on.</source>
        <translation>{0} 不是 GPU 附加包。</translation>
    </message>
    <message>
        <source>{0} is no clip, or it is broken or cut off.</source>
        <translation>{0} 不是片段，或者已损坏、被截断。</translation>
    </message>
    <message>
        <source>{0} is no sheet that can be read, or it is broken.</source>
        <translation>{0} 不是可以读取的精灵表，或者已损坏。</translation>
    </message>
    <message>
        <source>{0} is not a ControlNet that was imported.</source>
        <translation>{0} 不是已导入的 ControlNet。</translation>
    </message>
    <message>
        <source>{0} is not a ControlNet&apos;s card.</source>
        <translation>{0} 不是 ControlNet 的说明。</translation>
    </message>
    <message>
        <source>{0} is not a LoRA.</source>
        <translation>{0} 不是 LoRA。</translation>
    </message>
    <message>
        <source>{0} is not a Photoshop document or is broken.</source>
        <translation>{0} 不是 Photoshop 文档，或已损坏。</translation>
    </message>
    <message>
        <source>{0} is not a diffusion model in ONNX form.</source>
        <translation>{0} 不是 ONNX 格式的扩散模型。</translation>
    </message>
    <message>
        <source>{0} is not a folder.</source>
        <translation>{0} 不是文件夹。</translation>
    </message>
    <message>
        <source>{0} is not a kind of palette that can be read.</source>
        <translation>{0} 不是可以读取的调色板格式。</translation>
    </message>
    <message>
        <source>{0} is not a kind of palette that can be written.</source>
        <translation>{0} 不是可以写入的调色板格式。</translation>
    </message>
    <message>
        <source>{0} is not a kind of picture that can be written.</source>
        <translation>无法写入 {0} 这种格式的图像。</translation>
    </message>
    <message>
        <source>{0} is not a list of words.</source>
        <translation>{0} 不是词表。</translation>
    </message>
    <message>
        <source>{0} is not a model.</source>
        <translation>{0} 不是模型。</translation>
    </message>
    <message>
        <source>{0} is not a picture that can be read.</source>
        <translation>{0} 不是可以读取的图像。</translation>
    </message>
    <message>
        <source>{0} is not a picture.</source>
        <translation>{0} 不是图像。</translation>
    </message>
    <message>
        <source>{0} is not a style file that can be trusted.</source>
        <translation>{0} 不是可信的风格文件。</translation>
    </message>
    <message>
        <source>{0} is not a whole ONNX file: {1}.</source>
        <translation>{0} 不是完整的 ONNX 文件：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a whole safetensors file: {1}.</source>
        <translation>{0} 不是完整的 safetensors 文件：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a whole style file.</source>
        <translation>{0} 不是完整的风格文件。</translation>
    </message>
    <message>
        <source>{0} is not a {1}.</source>
        <translation>{0} 不是{1}。</translation>
    </message>
    <message>
        <source>{0} is not an OpenRaster file or is cut off.</source>
        <translation>{0} 不是 OpenRaster 文件，或不完整。</translation>
    </message>
    <message>
        <source>{0} is not in the bin any more.</source>
        <translation>{0} 已不在回收站中。</translation>
    </message>
    <message>
        <source>{0} is not readable JSON.</source>
        <translation>{0} 不是可读取的 JSON。</translation>
    </message>
    <message>
        <source>{0} is not text in UTF-8.</source>
        <translation>{0} 不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>{0} is not the file that was imported.</source>
        <translation>{0} 不是当时导入的文件。</translation>
    </message>
    <message>
        <source>{0} is not the graph of a ControlNet.</source>
        <translation>{0} 不是 ControlNet 的计算图。</translation>
    </message>
    <message>
        <source>{0} is the wrong part: a {1} takes {2}; this graph takes {3}.</source>
        <translation>{0} 不是正确的部件：{1} 的输入为 {2}，而此计算图的输入为 {3}。</translation>
    </message>
    <message>
        <source>{0} is too large to be a LoRA.</source>
        <translation>{0} 太大，不会是 LoRA。</translation>
    </message>
    <message>
        <source>{0} is written with chroma 420 only.</source>
        <translation>{0} 只能以 420 色度写出。</translation>
    </message>
    <message>
        <source>{0} is {1}, not a file to copy.</source>
        <translation>{0} 是 {1}，不是可复制的文件。</translation>
    </message>
    <message>
        <source>{0} is {1}, which is not supported yet.</source>
        <translation>{0} 是 {1}，尚不支持。</translation>
    </message>
    <message>
        <source>{0} is {1}, which is not supported.</source>
        <translation>{0} 是 {1}，不受支持。</translation>
    </message>
    <message>
        <source>{0} is {1}x{2}.</source>
        <translation>{0} 的尺寸为 {1}x{2}。</translation>
    </message>
    <message>
        <source>{0} is {1}x{2}: no cell of {3} fits.</source>
        <translation>{0} 为 {1}x{2}，放不下 {3} 的单元格。</translation>
    </message>
    <message>
        <source>{0} keeps its weights in a file that cannot be read.</source>
        <translation>{0} 的权重所在的文件无法读取。</translation>
    </message>
    <message>
        <source>{0} keeps its weights in {1}, which is missing.</source>
        <translation>{0} 的权重位于 {1}，但该文件缺失。</translation>
    </message>
    <message>
        <source>{0} lacks one of SDXL&apos;s two text encoders.</source>
        <translation>{0} 缺少 SDXL 两个文本编码器中的一个。</translation>
    </message>
    <message>
        <source>{0} lacks the layers that read the words.</source>
        <translation>{0} 缺少读取提示词的层。</translation>
    </message>
    <message>
        <source>{0} leads models that sketch, and {1} does not.</source>
        <translation>{0} 引导先打草图的模型，而 {1} 不是。</translation>
    </message>
    <message>
        <source>{0} makes pictures of {1} channels.</source>
        <translation>{0} 生成的是 {1} 通道图像。</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>另有 {0} 个</translation>
    </message>
    <message>
        <source>{0} names &apos;{1}&apos;, which is not in it.</source>
        <translation>{0} 引用了“{1}”，但其中没有它。</translation>
    </message>
    <message>
        <source>{0} names files outside its folder.</source>
        <translation>{0} 引用了其文件夹之外的文件。</translation>
    </message>
    <message>
        <source>{0} needs even sides, and the frames are {1}.</source>
        <translation>{0} 需要偶数边长，而帧为 {1}。</translation>
    </message>
    <message>
        <source>{0} needs more memory than there is.</source>
        <translation>{0} 需要的内存超出可用内存。</translation>
    </message>
    <message>
        <source>{0} needs operators that no runtime here has ({1}).</source>
        <translation>{0} 需要运行时不支持的算子（{1}）。</translation>
    </message>
    <message>
        <source>{0} of the GPU add-on is damaged.</source>
        <translation>GPU 附加包中的 {0} 已损坏。</translation>
    </message>
    <message>
        <source>{0} takes {1} channels and the decoder has {2}.</source>
        <translation>{0} 的输入为 {1} 通道，而解码器为 {2} 通道。</translation>
    </message>
    <message>
        <source>{0} tells of {1} frames, not {2}.</source>
        <translation>{0} 记录的是 {1} 帧，而不是 {2} 帧。</translation>
    </message>
    <message>
        <source>{0} wants weights from outside its folder ({1}).</source>
        <translation>{0} 引用了所在文件夹之外的权重（{1}）。</translation>
    </message>
    <message>
        <source>{0} was made by a newer Gouache.</source>
        <translation>{0} 由更新版本的 Gouache 创建。</translation>
    </message>
    <message>
        <source>{0} was trained and keeps its name.</source>
        <translation>{0} 是训练得到的，名称不能更改。</translation>
    </message>
    <message>
        <source>{0} was trained; its pictures would stay behind.</source>
        <translation>{0} 是训练得到的；它的图像会留下来。</translation>
    </message>
    <message>
        <source>{0} workers cannot be.</source>
        <translation>不能有 {0} 个工作进程。</translation>
    </message>
    <message>
        <source>{0} would unpack to an enormous size.</source>
        <translation>{0} 解压后会极其巨大。</translation>
    </message>
</context>
<context>
    <name>MoveTool</name>
    <message>
        <source>Moved by {x}, {y}</source>
        <translation>已移动 {x}, {y}</translation>
    </message>
</context>
<context>
    <name>NewDocument</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>4K</source>
        <translation>4K</translation>
    </message>
    <message>
        <source>A4 at 150 dpi</source>
        <translation>A4，150 dpi</translation>
    </message>
    <message>
        <source>As last time</source>
        <translation>上次的尺寸</translation>
    </message>
    <message>
        <source>As on the clipboard</source>
        <translation>剪贴板的尺寸</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose the background&apos;s colour</source>
        <translation>选择背景颜色</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>自定义颜色</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Each layer takes {memory}.</source>
        <translation>每个图层占用 {memory}。</translation>
    </message>
    <message>
        <source>Full HD</source>
        <translation>全高清</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Icon or tile</source>
        <translation>图标或图块</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New document</source>
        <translation>新建文档</translation>
    </message>
    <message>
        <source>Sides go up to {most} px. Make it smaller.</source>
        <translation>边长最大为 {most} 像素，请改小。</translation>
    </message>
    <message>
        <source>Sprite</source>
        <translation>精灵图</translation>
    </message>
    <message>
        <source>Sprite, large</source>
        <translation>精灵图（大）</translation>
    </message>
    <message>
        <source>Sprite, small</source>
        <translation>精灵图（小）</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>正方形</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>交换宽度和高度</translation>
    </message>
    <message>
        <source>Transparent</source>
        <translation>透明</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Usual sizes</source>
        <translation>常用尺寸</translation>
    </message>
    <message>
        <source>White</source>
        <translation>白色</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
</context>
<context>
    <name>OnionMenu</name>
    <message numerus="yes">
        <source>%n neighbours on each side</source>
        <translation>
            <numerusform>两侧各 %n 帧</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OptionBar</name>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Add to the selection (Shift)</source>
        <translation>添加到选区 (Shift)</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>所有图层</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply (Enter)</source>
        <translation>应用 (Enter)</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>连续</translation>
    </message>
    <message>
        <source>Diameter of the brush ([ and ])</source>
        <translation>画笔直径（按 [ 和 ] 调整）</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Give up (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>H</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>How different a colour may be from the one that is clicked, 0 to 255</source>
        <translation>与所单击颜色允许相差的程度，0 到 255</translation>
    </message>
    <message>
        <source>How much one stroke covers (1 to 9, and 0 for all)</source>
        <translation>每一笔的覆盖程度（按 1 到 9 设置，按 0 为 100%）</translation>
    </message>
    <message>
        <source>How sharp the brush&apos;s edge is (Shift+[ and Shift+])</source>
        <translation>画笔边缘的清晰程度（按 Shift+[ 和 Shift+] 调整）</translation>
    </message>
    <message>
        <source>Keep what is in both (Shift+Alt)</source>
        <translation>与选区交叉 (Shift+Alt)</translation>
    </message>
    <message>
        <source>Look at the whole picture instead of the active layer alone</source>
        <translation>取样整张图像，而不只是当前图层</translation>
    </message>
    <message>
        <source>New selection</source>
        <translation>新选区</translation>
    </message>
    <message>
        <source>Only what hangs together with the pixel that is clicked</source>
        <translation>仅限与所单击像素相连的区域</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Pen pressure changes the opacity</source>
        <translation>用压感笔压力控制不透明度</translation>
    </message>
    <message>
        <source>Pen pressure changes the size</source>
        <translation>用压感笔压力控制大小</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Take away from the selection (Alt)</source>
        <translation>从选区减去 (Alt)</translation>
    </message>
    <message>
        <source>There is nothing to apply yet.</source>
        <translation>还没有可应用的更改。</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Tool options</source>
        <translation>工具选项</translation>
    </message>
    <message>
        <source>W</source>
        <translation>宽</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
</context>
<context>
    <name>PickerTool</name>
    <message>
        <source>There is no colour here.</source>
        <translation>此处没有颜色。</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Apple (Core ML)</source>
        <translation>苹果设备 (CoreML)</translation>
    </message>
    <message>
        <source>As the system&apos;s</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy unsaved work</source>
        <translation>自动备份</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message numerus="yes">
        <source>Every %n minute(s)</source>
        <translation>
            <numerusform>每 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n second(s)</source>
        <translation>
            <numerusform>每 %n 秒</numerusform>
        </translation>
    </message>
    <message>
        <source>For each document; the oldest steps are dropped beyond it</source>
        <translation>按每个文档计算，超出后丢弃最早的步骤</translation>
    </message>
    <message>
        <source>Graphics card on Windows (DirectML)</source>
        <translation>显卡 (DirectML)</translation>
    </message>
    <message>
        <source>How many cores make pictures; fewer leave more for other programs</source>
        <translation>生成图像所用的核心数，越少则留给其他程序的越多</translation>
    </message>
    <message>
        <source>How often a copy of unsaved work is kept, for when the program is cut off</source>
        <translation>每隔多久为未保存的作品保留副本，以防程序意外退出</translation>
    </message>
    <message>
        <source>Keep results in the document&apos;s file</source>
        <translation>在文档文件中保留结果</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>性能</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>撤销所用内存</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Pictures that were made for a document come back when it is opened again</source>
        <translation>重新打开文档时，为其生成的图像会一并恢复</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>Processor cores</source>
        <translation>处理器核心数</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>保存与恢复</translation>
    </message>
    <message>
        <source>Show rulers</source>
        <translation>显示标尺</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Tint what is selected</source>
        <translation>以颜色显示选区</translation>
    </message>
    <message>
        <source>Used from the next start on.</source>
        <translation>下次启动后生效。</translation>
    </message>
    <message>
        <source>{size} GB</source>
        <translation>{size} GB</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size} MB</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>Starting...</source>
        <translation>正在开始...</translation>
    </message>
    <message>
        <source>Stopping...</source>
        <translation>正在停止...</translation>
    </message>
    <message>
        <source>finishing</source>
        <translation>即将完成</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n 个等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>全部取消</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>取消任务</translation>
    </message>
    <message>
        <source>Choose a waiting job first.</source>
        <translation>请先选择一个等待中的任务。</translation>
    </message>
    <message>
        <source>Clear waiting</source>
        <translation>清空等待任务</translation>
    </message>
    <message>
        <source>Drop all jobs that wait; the running one goes on</source>
        <translation>移除所有等待中的任务，正在运行的任务会继续</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Generate (Ctrl+Enter)</source>
        <translation>生成 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>It is the last already.</source>
        <translation>它已排在最后。</translation>
    </message>
    <message>
        <source>It is the next already.</source>
        <translation>它已排在最前。</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>后移</translation>
    </message>
    <message>
        <source>Nothing runs and nothing waits.</source>
        <translation>没有正在运行或等待的任务。</translation>
    </message>
    <message>
        <source>Nothing waits.</source>
        <translation>没有等待中的任务。</translation>
    </message>
    <message>
        <source>Sooner</source>
        <translation>前移</translation>
    </message>
    <message>
        <source>Stop what runs and drop what waits</source>
        <translation>停止正在运行的任务，并移除所有等待中的任务</translation>
    </message>
    <message>
        <source>Waiting jobs</source>
        <translation>等待中的任务</translation>
    </message>
</context>
<context>
    <name>Ranking</name>
    <message>
        <source>Cells by their scores</source>
        <translation>按评分排列的单元格</translation>
    </message>
</context>
<context>
    <name>RecipeDialog</name>
    <message>
        <source>A part made anew</source>
        <translation>局部重绘</translation>
    </message>
    <message>
        <source>As other programs read it</source>
        <translation>其他程序可读取的格式</translation>
    </message>
    <message>
        <source>Blended from other pictures</source>
        <translation>由其他图像混合而成</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the recipe as text</source>
        <translation>以文本形式复制生成参数</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>生成设备</translation>
    </message>
    <message>
        <source>Made from a picture</source>
        <translation>图生图</translation>
    </message>
    <message>
        <source>Made from words</source>
        <translation>文生图</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>反向提示词</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>提示信息</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>生成参数</translation>
    </message>
    <message>
        <source>Recipe as text</source>
        <translation>生成参数文本</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Seamless</source>
        <translation>无缝平铺</translation>
    </message>
    <message>
        <source>Second seed</source>
        <translation>变体种子</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Size of the run</source>
        <translation>生成尺寸</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message>
        <source>Ask again at the next start (Esc)</source>
        <translation>下次启动时再询问 (Esc)</translation>
    </message>
    <message>
        <source>Check at least one.</source>
        <translation>请至少勾选一项。</translation>
    </message>
    <message>
        <source>Copies of unsaved work</source>
        <translation>未保存作品的副本</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n for good</source>
        <translation>
            <numerusform>永久删除 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete...</source>
        <translation>删除...</translation>
    </message>
    <message>
        <source>Gouache was cut off. Your unsaved work is here.</source>
        <translation>Gouache 上次意外退出，未保存的作品都在这里。</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>Never saved</source>
        <translation>从未保存</translation>
    </message>
    <message numerus="yes">
        <source>Open %n</source>
        <translation>
            <numerusform>打开 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>These copies were made by themselves while you worked. Files are not touched.</source>
        <translation>这些副本是在工作时自动保存的，原文件不会被改动。</translation>
    </message>
    <message>
        <source>Unsaved work was found</source>
        <translation>发现未保存的作品</translation>
    </message>
</context>
<context>
    <name>Restyling</name>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Clips, and a picture of a folder of frames</source>
        <translation>短片，以及帧文件夹中的一张图像</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %n frames</source>
        <translation>
            <numerusform>正在读取 {name}：%n 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>Restyle a clip</source>
        <translation>重绘短片风格</translation>
    </message>
</context>
<context>
    <name>ResultsStrip</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>已选择 %n 张</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply as a new layer</source>
        <translation>应用为新图层</translation>
    </message>
    <message>
        <source>Apply into the layer</source>
        <translation>应用到当前图层</translation>
    </message>
    <message>
        <source>Bring back what was discarded</source>
        <translation>恢复已放弃的结果</translation>
    </message>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>Choose one of the results first.</source>
        <translation>请先选择一个结果。</translation>
    </message>
    <message>
        <source>Copy the seed</source>
        <translation>复制种子</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Enter or double click applies it.</source>
        <translation>按 Enter 或双击可应用。</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Generate (Ctrl+Enter)</source>
        <translation>生成 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>How to apply it</source>
        <translation>应用方式</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>生成相似图像</translation>
    </message>
    <message>
        <source>Pictures that you generate appear here.</source>
        <translation>您生成的图像会显示在这里。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>Show the recipe</source>
        <translation>显示生成参数</translation>
    </message>
    <message>
        <source>Still to come. Del cancels it.</source>
        <translation>尚未生成。按 Del 可取消。</translation>
    </message>
    <message>
        <source>applied</source>
        <translation>已应用</translation>
    </message>
    <message>
        <source>picture {number} of {count}</source>
        <translation>第 {number} 张，共 {count} 张</translation>
    </message>
    <message>
        <source>still to come</source>
        <translation>尚未生成</translation>
    </message>
</context>
<context>
    <name>RowDelegate</name>
    <message>
        <source>Double-click to rename (F2), drag to reorder</source>
        <translation>双击可重命名 (F2)，拖动可调整顺序</translation>
    </message>
    <message>
        <source>Hide layer (Space)</source>
        <translation>隐藏图层 (Space)</translation>
    </message>
    <message>
        <source>Lock layer against changes</source>
        <translation>锁定图层，防止更改</translation>
    </message>
    <message>
        <source>Name of the layer</source>
        <translation>图层名称</translation>
    </message>
    <message>
        <source>Show layer (Space)</source>
        <translation>显示图层 (Space)</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>解锁图层</translation>
    </message>
    <message>
        <source>With Alt: show only this one, or all again</source>
        <translation>按住 Alt：仅显示此图层，或重新显示全部</translation>
    </message>
</context>
<context>
    <name>RunningCard</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>停止正在运行的任务</translation>
    </message>
    <message>
        <source>Stop the running job (Ctrl+.)</source>
        <translation>停止正在运行的任务 (Ctrl+.)</translation>
    </message>
</context>
<context>
    <name>Shelving</name>
    <message>
        <source>Forms of the model are made, timed and compared with it. The fastest that paints the same picture is used from then on. Leave the computer alone meanwhile; you can stop it, and take it back.</source>
        <translation>将生成模型的几种形式，计时并与原模型比较。此后使用画面相同且最快的一种。期间请勿使用电脑；可随时停止，也可撤销。</translation>
    </message>
    <message>
        <source>Import models</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>Import {name}</source>
        <translation>导入 {name}</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Move {name} into a folder</source>
        <translation>把 {name} 移动到文件夹</translation>
    </message>
    <message>
        <source>Optimise {name} for this device</source>
        <translation>为此设备优化 {name}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>The model is converted beside your work. Stopped, the same import goes on where it was.</source>
        <translation>模型在您工作的同时转换。停止后，再次导入会从中断处继续。</translation>
    </message>
    <message>
        <source>{file} is in the library, as {name}.</source>
        <translation>{file} 已加入模型库，名为 {name}。</translation>
    </message>
    <message>
        <source>{time} a picture</source>
        <translation>每幅图像 {time}</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Find a name or a key</source>
        <translation>查找名称或快捷键</translation>
    </message>
    <message>
        <source>In the timeline</source>
        <translation>在时间轴中</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>No command has this name or key.</source>
        <translation>没有符合此名称或快捷键的命令。</translation>
    </message>
    <message>
        <source>On the canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>平移视图</translation>
    </message>
    <message>
        <source>Pan sideways</source>
        <translation>左右平移</translation>
    </message>
    <message>
        <source>Shift and wheel</source>
        <translation>Shift + 滚轮</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Space, or the middle button, and drag</source>
        <translation>按住空格键或鼠标中键拖动</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Zoom to the cursor</source>
        <translation>以光标为中心缩放</translation>
    </message>
</context>
<context>
    <name>Showing</name>
    <message>
        <source>Runs at {width} × {height}</source>
        <translation>以 {width} × {height} 运行</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>A new animation</source>
        <translation>新建动画</translation>
    </message>
    <message>
        <source>A video, GIF, WebP, or a folder of frames; drop one here</source>
        <translation>视频、GIF、WebP 或帧文件夹；可拖放到这里</translation>
    </message>
    <message>
        <source>An animation of the command line, or another one</source>
        <translation>命令行的动画，或其他动画</translation>
    </message>
    <message>
        <source>Begin an animation</source>
        <translation>开始一个动画</translation>
    </message>
    <message>
        <source>Cycle of a sprite...</source>
        <translation>精灵循环动作...</translation>
    </message>
    <message>
        <source>Frames read</source>
        <translation>已读取的帧</translation>
    </message>
    <message>
        <source>From the picture</source>
        <translation>从图像开始</translation>
    </message>
    <message>
        <source>From the prompt</source>
        <translation>从提示词开始</translation>
    </message>
    <message>
        <source>It breathes, bobs, blinks, flashes, flickers, spins or jumps</source>
        <translation>呼吸、浮动、眨眼、闪白、摇曳、旋转或跳跃</translation>
    </message>
    <message>
        <source>Open a folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Restyle a clip...</source>
        <translation>重绘短片风格...</translation>
    </message>
    <message>
        <source>Restyle the layers</source>
        <translation>重绘图层风格</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The document&apos;s layers as frames, the lowest first</source>
        <translation>文档的图层作为帧，最下面的在先</translation>
    </message>
    <message>
        <source>The last animations</source>
        <translation>最近的动画</translation>
    </message>
    <message>
        <source>The last ones</source>
        <translation>最近的动画</translation>
    </message>
    <message>
        <source>Walk between variations of the canvas</source>
        <translation>在画布的变体之间漫步</translation>
    </message>
    <message>
        <source>Walk from words to words</source>
        <translation>从文字漫步到文字</translation>
    </message>
</context>
<context>
    <name>Starting</name>
    <message>
        <source>No animations yet</source>
        <translation>还没有动画</translation>
    </message>
    <message>
        <source>Open a folder...</source>
        <translation>打开文件夹...</translation>
    </message>
    <message>
        <source>Open an animation&apos;s folder</source>
        <translation>打开动画文件夹</translation>
    </message>
    <message>
        <source>This animation&apos;s files are in {folder}</source>
        <translation>此动画的文件在 {folder}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Where the files of this animation are</source>
        <translation>此动画的文件在哪里</translation>
    </message>
</context>
<context>
    <name>StepModel</name>
    <message>
        <source>Earlier steps, no longer kept</source>
        <translation>更早的步骤，已不再保留</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始状态</translation>
    </message>
    <message>
        <source>{step}, current</source>
        <translation>{step}，当前</translation>
    </message>
    <message>
        <source>{step}, undone</source>
        <translation>{step}，已撤销</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Add a step</source>
        <translation>添加步骤</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Take away</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message numerus="yes">
        <source>%n results discarded.</source>
        <translation>
            <numerusform>已放弃 %n 个结果。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Added to the queue: %n jobs wait.</source>
        <translation>
            <numerusform>已加入队列：有 %n 个任务在等待。</numerusform>
        </translation>
    </message>
    <message>
        <source>Applied. Ctrl+Z takes it back.</source>
        <translation>已应用。按 Ctrl+Z 可撤销。</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Generating. You can go on working meanwhile.</source>
        <translation>正在生成，您可以继续工作。</translation>
    </message>
    <message>
        <source>Look through the results with Alt+Right; Alt+Enter applies one as a layer.</source>
        <translation>按 Alt+Right 浏览结果，按 Alt+Enter 将其应用为图层。</translation>
    </message>
    <message>
        <source>Open a picture, or type a prompt and press Ctrl+Enter.</source>
        <translation>请打开一张图像，或输入提示词并按 Ctrl+Enter。</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>Seed {seed} is on the clipboard.</source>
        <translation>种子 {seed} 已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>The style &apos;{title}&apos; could not be trained.</source>
        <translation>风格“{title}”未能训练完成。</translation>
    </message>
    <message>
        <source>The style &apos;{title}&apos; is being trained.</source>
        <translation>正在训练风格“{title}”。</translation>
    </message>
    <message>
        <source>The style &apos;{title}&apos; is ready.</source>
        <translation>风格“{title}”已可使用。</translation>
    </message>
    <message>
        <source>The training of &apos;{title}&apos; is stopped; it can go on later.</source>
        <translation>“{title}”的训练已停止；以后可以继续。</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message numerus="yes">
        <source>%n colours of its own</source>
        <translation>
            <numerusform>%n 种自有颜色</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>添加图像</translation>
    </message>
    <message>
        <source>Any colours</source>
        <translation>任意颜色</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete &apos;{title}&apos; with its files? This cannot be undone.</source>
        <translation>删除“{title}”及其文件？此操作无法撤销。</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃更改</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>后期</translation>
    </message>
    <message>
        <source>From files...</source>
        <translation>从文件...</translation>
    </message>
    <message>
        <source>How far pictures are drawn to them</source>
        <translation>图像向它们靠拢的程度</translation>
    </message>
    <message>
        <source>Import...</source>
        <translation>导入...</translation>
    </message>
    <message>
        <source>It comes with the program. Duplicate it to change it.</source>
        <translation>程序自带。请复制后再更改。</translation>
    </message>
    <message>
        <source>It comes with the program. Give yours another name, or duplicate it.</source>
        <translation>程序自带。请为您的风格换一个名称，或先复制它。</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>反向提示词</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>新建风格</translation>
    </message>
    <message>
        <source>Only for {model}</source>
        <translation>仅用于 {model}</translation>
    </message>
    <message>
        <source>Only your own styles can be deleted; trained ones with their training.</source>
        <translation>只能删除自己的风格；训练得到的随其训练一起删除。</translation>
    </message>
    <message>
        <source>Palette</source>
        <translation>调色板</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>参考图像</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Pull</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Really delete</source>
        <translation>确认删除</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Share...</source>
        <translation>分享...</translation>
    </message>
    <message>
        <source>Steps that each picture goes through at the end; names are offered as you type</source>
        <translation>每幅图像最后经过的步骤；输入时会提示名称</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Styles with LoRAs fit one kind of model</source>
        <translation>带 LoRA 的风格只适用于一类模型</translation>
    </message>
    <message>
        <source>The only colours that its pictures may have</source>
        <translation>图像只能使用的颜色</translation>
    </message>
    <message>
        <source>The whole prompt; {prompt} is where your words go</source>
        <translation>完整的提示词；{prompt} 处填入您的文字</translation>
    </message>
    <message>
        <source>Their colours and texture are taken on. Del removes the chosen ones.</source>
        <translation>采用它们的颜色和质感。按 Del 移除所选图像。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Your changes to &apos;{title}&apos; are not saved. Save or discard them first.</source>
        <translation>对“{title}”的更改尚未保存。请先保存或放弃。</translation>
    </message>
    <message>
        <source>for instance: outline:width=2 shadow</source>
        <translation>例如：outline:width=2 shadow</translation>
    </message>
</context>
<context>
    <name>StyleField</name>
    <message>
        <source>Blend styles...</source>
        <translation>混合风格...</translation>
    </message>
    <message>
        <source>Edit styles...</source>
        <translation>编辑风格...</translation>
    </message>
    <message>
        <source>Import a style...</source>
        <translation>导入风格...</translation>
    </message>
    <message>
        <source>Make, edit, blend and share styles</source>
        <translation>新建、编辑、混合和分享风格</translation>
    </message>
    <message>
        <source>New style...</source>
        <translation>新建风格...</translation>
    </message>
    <message>
        <source>Share the style...</source>
        <translation>分享风格...</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Another seed</source>
        <translation>换一个种子</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Make the picture anew whenever the style changes</source>
        <translation>风格改变时重新生成图像</translation>
    </message>
    <message>
        <source>Making it...</source>
        <translation>正在生成...</translation>
    </message>
    <message>
        <source>What to try it on</source>
        <translation>试用的内容</translation>
    </message>
    <message>
        <source>With the style</source>
        <translation>使用风格</translation>
    </message>
    <message>
        <source>Without</source>
        <translation>不使用</translation>
    </message>
</context>
<context>
    <name>Styling</name>
    <message>
        <source>Add pictures</source>
        <translation>添加图像</translation>
    </message>
    <message>
        <source>Choose a LoRA</source>
        <translation>选择 LoRA</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>导入风格</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Share style</source>
        <translation>分享风格</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>The style &apos;{title}&apos; is among yours now.</source>
        <translation>风格“{title}”已加入您的风格。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Written: {file}</source>
        <translation>已写入：{file}</translation>
    </message>
</context>
<context>
    <name>Taking</name>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>There is less than that: close other programs, or make room.</source>
        <translation>资源不足：请关闭其他程序，或腾出空间。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Until it is done</source>
        <translation>完成之前</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>{size} more on disk</source>
        <translation>磁盘另需 {size}</translation>
    </message>
    <message>
        <source>{size}, {free} are free</source>
        <translation>{size}，可用 {free}</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Closed loop</source>
        <translation>闭合循环</translation>
    </message>
    <message>
        <source>Each frame is the one before, moved with the camera and made anew by the strength</source>
        <translation>每一帧由前一帧随镜头移动并按强度重绘</translation>
    </message>
    <message>
        <source>Each frame of the clip made anew, held together by its motion</source>
        <translation>短片的每一帧都重绘，并由其运动保持连贯</translation>
    </message>
    <message>
        <source>Ends at the last key</source>
        <translation>止于最后的关键帧</translation>
    </message>
    <message>
        <source>Even</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>Feedback</source>
        <translation>反馈</translation>
    </message>
    <message>
        <source>Four steps</source>
        <translation>四级跳变</translation>
    </message>
    <message>
        <source>Frame {number}</source>
        <translation>第 {number} 帧</translation>
    </message>
    <message>
        <source>Frames lie on the way from key to key; none needs another</source>
        <translation>各帧位于关键帧之间的路上；互不依赖</translation>
    </message>
    <message>
        <source>Key: {words}</source>
        <translation>关键帧：{words}</translation>
    </message>
    <message>
        <source>Restyle</source>
        <translation>重绘风格</translation>
    </message>
    <message>
        <source>Slow end</source>
        <translation>慢速结束</translation>
    </message>
    <message>
        <source>Slow start</source>
        <translation>慢速开始</translation>
    </message>
    <message>
        <source>Slow start and end</source>
        <translation>慢速开始和结束</translation>
    </message>
    <message>
        <source>Soft wave</source>
        <translation>柔和波形</translation>
    </message>
    <message>
        <source>Stay, then jump</source>
        <translation>保持后跳变</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>往返</translation>
    </message>
    <message>
        <source>Two steps</source>
        <translation>两级跳变</translation>
    </message>
    <message>
        <source>Very slow end</source>
        <translation>很慢结束</translation>
    </message>
    <message>
        <source>Very slow start</source>
        <translation>很慢开始</translation>
    </message>
    <message>
        <source>Walk</source>
        <translation>漫步</translation>
    </message>
    <message>
        <source>as before</source>
        <translation>与前面相同</translation>
    </message>
    <message>
        <source>being made</source>
        <translation>正在生成</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>kept as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>made</source>
        <translation>已生成</translation>
    </message>
    <message>
        <source>made from earlier settings</source>
        <translation>由先前的设置生成</translation>
    </message>
    <message>
        <source>not made</source>
        <translation>未生成</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>TimelineKeys</name>
    <message>
        <source>A frame back, forth; choose several</source>
        <translation>后退、前进一帧；选择多帧</translation>
    </message>
    <message>
        <source>A rough preview</source>
        <translation>草图预览</translation>
    </message>
    <message>
        <source>Bring the picture on the canvas in as the frame</source>
        <translation>把画布上的图像放入为该帧</translation>
    </message>
    <message>
        <source>Edit the frame on the canvas</source>
        <translation>在画布上编辑该帧</translation>
    </message>
    <message>
        <source>Let go of what was painted</source>
        <translation>放开画过的内容</translation>
    </message>
    <message>
        <source>Loop, back and forth, once</source>
        <translation>循环、往返、一次</translation>
    </message>
    <message>
        <source>Make again, a little different</source>
        <translation>重新生成，略有不同</translation>
    </message>
    <message>
        <source>Make what is missing</source>
        <translation>生成缺少的帧</translation>
    </message>
    <message>
        <source>Onion skin</source>
        <translation>洋葱皮</translation>
    </message>
    <message>
        <source>Play, stay</source>
        <translation>播放、停住</translation>
    </message>
    <message>
        <source>Set a key, remove it</source>
        <translation>设置、删除关键帧</translation>
    </message>
    <message>
        <source>Settings of keys</source>
        <translation>关键帧设置</translation>
    </message>
    <message>
        <source>The first frame, the last</source>
        <translation>首帧、末帧</translation>
    </message>
    <message>
        <source>The key before, after</source>
        <translation>前一、后一关键帧</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>Toolbox</name>
    <message>
        <source>{title} ({keys})</source>
        <translation>{title} ({keys})</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Black and white</source>
        <translation>默认黑白颜色</translation>
    </message>
    <message>
        <source>Brush over what should change. Alt or the right button erases, Shift draws a straight line, X swaps with the eraser.</source>
        <translation>涂抹要改变的地方。Alt 或右键擦除，Shift 画直线，X 切换到橡皮擦。</translation>
    </message>
    <message>
        <source>Brush over what should stay. X swaps with the mask brush.</source>
        <translation>涂抹要保留的地方。X 切换到蒙版画笔。</translation>
    </message>
    <message>
        <source>Bucket</source>
        <translation>油漆桶</translation>
    </message>
    <message>
        <source>Click a colour to fill what looks like it. Alt picks a colour.</source>
        <translation>单击一种颜色，填充与之相近的区域。Alt 吸取颜色。</translation>
    </message>
    <message>
        <source>Click a colour to paint with it. Alt or the right button picks the background colour.</source>
        <translation>单击以吸取前景色。Alt 或右键吸取背景色。</translation>
    </message>
    <message>
        <source>Click a colour to select what looks like it. Shift adds, Alt takes away.</source>
        <translation>单击一种颜色，选择与之相近的区域。Shift 添加，Alt 减去。</translation>
    </message>
    <message>
        <source>Click corner after corner. A double click, Enter or the first corner closes it, Backspace takes the last one back.</source>
        <translation>逐点单击。双击、按 Enter 或单击起点闭合，Backspace 撤回上一个点。</translation>
    </message>
    <message>
        <source>Click to fill the selection, or the whole layer, with the colour. Alt picks a colour.</source>
        <translation>单击以用前景色填充选区；没有选区时填充整个图层。Alt 吸取颜色。</translation>
    </message>
    <message>
        <source>Click to look closer, with Alt or the right button from farther away; drag a frame to fill the view with it.</source>
        <translation>单击放大，Alt+单击或右键单击缩小；拖出方框可放大框内区域。</translation>
    </message>
    <message>
        <source>Colour picker</source>
        <translation>吸管</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Drag a frame around what should stay. Enter or a double click applies, Esc gives up.</source>
        <translation>拖出要保留的范围。按 Enter 或双击应用，按 Esc 取消。</translation>
    </message>
    <message>
        <source>Drag a rectangle. Shift makes a square, Alt starts from its middle, Space moves it; held before the press, Shift adds and Alt takes away.</source>
        <translation>拖出矩形选区。Shift 限制为正方形，Alt 从中心开始，空格键移动；拖动前先按住 Shift 添加，Alt 减去。</translation>
    </message>
    <message>
        <source>Drag an ellipse. Shift makes a circle, Alt starts from its middle, Space moves it; held before the press, Shift adds and Alt takes away.</source>
        <translation>拖出椭圆选区。Shift 限制为圆形，Alt 从中心开始，空格键移动；拖动前先按住 Shift 添加，Alt 减去。</translation>
    </message>
    <message>
        <source>Drag handles to scale, inside to move, outside to turn. Shift keeps proportions, Alt the middle; Enter applies, Esc gives up.</source>
        <translation>拖动控点缩放，在框内拖动移动，在框外拖动旋转。Shift 保持比例，Alt 以中心为基准；按 Enter 应用，按 Esc 取消。</translation>
    </message>
    <message>
        <source>Drag the edges outwards, press Enter, then Generate fills the new room.</source>
        <translation>向外拖动边缘并按 Enter，再单击“生成”填充新增区域。</translation>
    </message>
    <message>
        <source>Drag the layer. Shift keeps to one axis, arrow keys move it by a pixel, Ctrl+click chooses the layer that is there.</source>
        <translation>拖动图层。Shift 限制在一个方向，方向键移动 1 像素，Ctrl+单击选择该处的图层。</translation>
    </message>
    <message>
        <source>Drag to look elsewhere. Space does so with every tool.</source>
        <translation>拖动以平移视图。使用任何工具时都可按住空格键平移。</translation>
    </message>
    <message>
        <source>Draw around what should be selected. Shift adds, Alt takes away.</source>
        <translation>沿要选择的内容画一圈。Shift 添加，Alt 减去。</translation>
    </message>
    <message>
        <source>Erase from the layer. Shift draws a straight line, X swaps with the brush.</source>
        <translation>擦除图层内容。Shift 画直线，X 切换到画笔。</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Extend canvas</source>
        <translation>扩展画布</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Hand</source>
        <translation>抓手</translation>
    </message>
    <message>
        <source>Harder brush</source>
        <translation>提高画笔硬度</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>增大画笔</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Magic wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Mask brush</source>
        <translation>蒙版画笔</translation>
    </message>
    <message>
        <source>Mask eraser</source>
        <translation>蒙版橡皮擦</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>移动图层</translation>
    </message>
    <message>
        <source>Paint brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Paint on the layer. Alt picks a colour, Shift draws a straight line, X swaps with the eraser.</source>
        <translation>在图层上绘画。Alt 吸取颜色，Shift 画直线，X 切换到橡皮擦。</translation>
    </message>
    <message>
        <source>Select a polygon</source>
        <translation>多边形套索</translation>
    </message>
    <message>
        <source>Select a rectangle</source>
        <translation>矩形选框</translation>
    </message>
    <message>
        <source>Select an ellipse</source>
        <translation>椭圆选框</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>减小画笔</translation>
    </message>
    <message>
        <source>Softer brush</source>
        <translation>降低画笔硬度</translation>
    </message>
    <message>
        <source>Swap painting and erasing</source>
        <translation>切换绘画和擦除</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>交换前景色和背景色</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
</context>
<context>
    <name>TrainPictures</name>
    <message>
        <source>(no caption)</source>
        <translation>（无描述）</translation>
    </message>
    <message>
        <source>Add files...</source>
        <translation>添加文件...</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>所有图层</translation>
    </message>
    <message>
        <source>All results</source>
        <translation>所有结果</translation>
    </message>
    <message>
        <source>Check its box to use it all the same.</source>
        <translation>勾选它的复选框仍可使用。</translation>
    </message>
    <message>
        <source>Choose pictures, or drop files and folders below</source>
        <translation>选择图像，或把文件和文件夹拖到下面</translation>
    </message>
    <message>
        <source>Drop ten or more pictures of one style here, or add them with the buttons above.</source>
        <translation>把十张或更多同一风格的图像拖到这里，或用上面的按钮添加。</translation>
    </message>
    <message>
        <source>Enter goes to the next picture</source>
        <translation>按 Enter 转到下一张图像</translation>
    </message>
    <message>
        <source>From the document</source>
        <translation>来自文档</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>无法读取。</translation>
    </message>
    <message>
        <source>It has a plain background: a transparent one teaches better.</source>
        <translation>背景为纯色：透明背景的学习效果更好。</translation>
    </message>
    <message>
        <source>It is nearly the same as {file}.</source>
        <translation>与 {file} 几乎相同。</translation>
    </message>
    <message>
        <source>It is too long and thin.</source>
        <translation>过于细长。</translation>
    </message>
    <message>
        <source>It shows</source>
        <translation>画的是</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Left out by you.</source>
        <translation>由您排除。</translation>
    </message>
    <message numerus="yes">
        <source>Looking at %n picture(s)...</source>
        <translation>
            <numerusform>正在检查 %n 张图像...</numerusform>
        </translation>
    </message>
    <message>
        <source>No document is open.</source>
        <translation>没有打开的文档。</translation>
    </message>
    <message>
        <source>Nothing says what it shows: write it below.</source>
        <translation>没有说明画的是什么：请在下面填写。</translation>
    </message>
    <message>
        <source>Pictures to learn from</source>
        <translation>用于学习的图像</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Take layers or results of the open document</source>
        <translation>使用已打开文档的图层或结果</translation>
    </message>
    <message>
        <source>Take the chosen pictures out (Del)</source>
        <translation>移除所选图像 (Del)</translation>
    </message>
    <message>
        <source>There is nothing to see in it.</source>
        <translation>里面没有可见内容。</translation>
    </message>
    <message>
        <source>What it shows is too small.</source>
        <translation>画的内容太小。</translation>
    </message>
    <message>
        <source>What the chosen picture shows</source>
        <translation>所选图像画的是什么</translation>
    </message>
    <message>
        <source>what it shows, without the style: red apple</source>
        <translation>用英文写画的是什么，不含风格</translation>
    </message>
    <message>
        <source>{used} of {count} will be used</source>
        <translation>将使用 {used} / {count} 张</translation>
    </message>
</context>
<context>
    <name>TrainProgress</name>
    <message>
        <source>Earlier samples</source>
        <translation>更早的样图</translation>
    </message>
    <message>
        <source>Finished: the style is in the list.</source>
        <translation>已完成：风格已在列表中。</translation>
    </message>
    <message>
        <source>It could not go on.</source>
        <translation>未能继续。</translation>
    </message>
    <message>
        <source>It was cut off; what it saved is kept.</source>
        <translation>训练被中断；已保存的内容仍在。</translation>
    </message>
    <message>
        <source>Later samples</source>
        <translation>更晚的样图</translation>
    </message>
    <message>
        <source>Learning...</source>
        <translation>正在学习...</translation>
    </message>
    <message>
        <source>Looking at the pictures...</source>
        <translation>正在检查图像...</translation>
    </message>
    <message>
        <source>Loss, step by step</source>
        <translation>逐步损失</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>Preparing pictures and model...</source>
        <translation>正在准备图像和模型...</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Sample pictures</source>
        <translation>样图</translation>
    </message>
    <message>
        <source>Sample pictures come while it learns.</source>
        <translation>学习过程中会出现样图。</translation>
    </message>
    <message>
        <source>Samples after step {step}</source>
        <translation>第 {step} 步后的样图</translation>
    </message>
    <message>
        <source>Starting...</source>
        <translation>正在开始...</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>第 {step} / {steps} 步</translation>
    </message>
    <message>
        <source>Stopped; what it learned is kept.</source>
        <translation>已停止；学到的内容仍在。</translation>
    </message>
    <message>
        <source>The loss, step by step: it jumps, and falls on the whole</source>
        <translation>逐步损失：会有跳动，总体下降</translation>
    </message>
    <message>
        <source>Writing the style...</source>
        <translation>正在写入风格...</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>loss {loss}</source>
        <translation>损失 {loss}</translation>
    </message>
    <message>
        <source>{rate} steps a second</source>
        <translation>每秒 {rate} 步</translation>
    </message>
    <message>
        <source>{time} of work</source>
        <translation>用时 {time}</translation>
    </message>
</context>
<context>
    <name>TrainStyle</name>
    <message>
        <source>&apos;{title}&apos; is being trained. Wait for it, or stop it.</source>
        <translation>“{title}”正在训练。请等它完成，或停止它。</translation>
    </message>
    <message>
        <source>A new style</source>
        <translation>新风格</translation>
    </message>
    <message>
        <source>A training goes on when this window, or the program, is closed.</source>
        <translation>关闭此窗口或程序后，训练仍会继续。</translation>
    </message>
    <message>
        <source>Add pictures first: ten or more of one style.</source>
        <translation>请先添加图像：十张或更多同一风格的。</translation>
    </message>
    <message>
        <source>Apache 2.0</source>
        <translation>Apache 2.0</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>作者</translation>
    </message>
    <message>
        <source>CC BY 4.0: with the author&apos;s name</source>
        <translation>CC BY 4.0：须署作者名</translation>
    </message>
    <message>
        <source>CC BY-NC: not for money</source>
        <translation>CC BY-NC：不得商用</translation>
    </message>
    <message>
        <source>CC BY-SA: under the same terms</source>
        <translation>CC BY-SA：须以相同条款</translation>
    </message>
    <message>
        <source>CC0: free for anything</source>
        <translation>CC0：任意使用</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>彻底删除</translation>
    </message>
    <message>
        <source>Delete the style, its pictures and all that it learned</source>
        <translation>删除风格、它的图像和学到的一切</translation>
    </message>
    <message>
        <source>Delete...</source>
        <translation>删除...</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>MIT</source>
        <translation>MIT</translation>
    </message>
    <message>
        <source>Measured on this computer; other programs make it longer</source>
        <translation>在这台电脑上测得；其他程序会使时间变长</translation>
    </message>
    <message>
        <source>More pictures, ten or so, teach a style better.</source>
        <translation>更多图像（大约十张）能更好地教会一种风格。</translation>
    </message>
    <message>
        <source>My own work</source>
        <translation>我自己的作品</translation>
    </message>
    <message>
        <source>Name of the style</source>
        <translation>风格名称</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Not known, or another one</source>
        <translation>未知或其他</translation>
    </message>
    <message>
        <source>Quick: a first look</source>
        <translation>快速：先看看效果</translation>
    </message>
    <message>
        <source>Save and stop; it can go on later</source>
        <translation>保存并停止；以后可以继续</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopping...</source>
        <translation>正在停止...</translation>
    </message>
    <message>
        <source>Styles and trainings</source>
        <translation>风格与训练</translation>
    </message>
    <message>
        <source>The pictures are being looked at.</source>
        <translation>正在检查图像。</translation>
    </message>
    <message>
        <source>The style will be for yourself: to pass it on, source and licence must be known and allow it.</source>
        <translation>此风格仅供您自己使用：要分发它，来源和许可证必须已知且允许。</translation>
    </message>
    <message>
        <source>Thorough: closest to the pictures</source>
        <translation>充分：最接近图像</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Train a style</source>
        <translation>训练风格</translation>
    </message>
    <message>
        <source>Use at least {count} pictures.</source>
        <translation>请至少使用 {count} 张图像。</translation>
    </message>
    <message>
        <source>Use this style</source>
        <translation>使用此风格</translation>
    </message>
    <message>
        <source>What the pictures&apos; makers allow</source>
        <translation>图像作者允许的用途</translation>
    </message>
    <message>
        <source>Whoever passes the style on has to name source and author.</source>
        <translation>分发此风格的人必须注明来源和作者。</translation>
    </message>
    <message>
        <source>a web address, a book, a person</source>
        <translation>网址、书籍或人名</translation>
    </message>
    <message>
        <source>for example: ink and wash</source>
        <translation>例如：水墨</translation>
    </message>
    <message>
        <source>yourself</source>
        <translation>您自己</translation>
    </message>
    <message>
        <source>{effort} (this computer is being measured)</source>
        <translation>{effort}（正在测量这台电脑）</translation>
    </message>
    <message>
        <source>{effort}, about {minutes} min</source>
        <translation>{effort}，约 {minutes} 分钟</translation>
    </message>
</context>
<context>
    <name>TransformTool</name>
    <message>
        <source>This layer is empty: there is nothing to transform.</source>
        <translation>此图层为空，没有可变换的内容。</translation>
    </message>
</context>
<context>
    <name>UnknownWords</name>
    <message>
        <source>The model leaves out what it does not know. Click a word to take it instead.</source>
        <translation>模型会略去不认识的词。点击一个词即可用它代替。</translation>
    </message>
    <message>
        <source>Unknown words</source>
        <translation>不认识的词</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>{word} is not known</source>
        <translation>模型不认识“{word}”</translation>
    </message>
    <message>
        <source>{word} is not known; near: {names}</source>
        <translation>模型不认识“{word}”，相近：{names}</translation>
    </message>
</context>
<context>
    <name>Unsaved</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Check at least one document.</source>
        <translation>请至少勾选一个文档。</translation>
    </message>
    <message>
        <source>Do not save</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>Documents to save</source>
        <translation>要保存的文档</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save &quot;{title}&quot; before it is closed?</source>
        <translation>关闭前要保存“{title}”吗？</translation>
    </message>
    <message numerus="yes">
        <source>Save %n</source>
        <translation>
            <numerusform>保存 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Save %n document(s) before they are closed?</source>
        <translation>
            <numerusform>关闭前要保存 %n 个文档吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>Save none</source>
        <translation>全部不保存</translation>
    </message>
    <message>
        <source>Those that are not checked are not saved.</source>
        <translation>未勾选的文档不会保存。</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>未保存的作品</translation>
    </message>
    <message>
        <source>What is not saved is lost.</source>
        <translation>未保存的内容将会丢失。</translation>
    </message>
</context>
<context>
    <name>UpdateDialog</name>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check for an Update</source>
        <translation>检查更新</translation>
    </message>
    <message>
        <source>Choose a file...</source>
        <translation>选择文件...</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>File or address</source>
        <translation>文件或地址</translation>
    </message>
    <message>
        <source>There is a newer version: {version} of {date}.</source>
        <translation>有新版本：{version}，发布于 {date}。</translation>
    </message>
    <message>
        <source>There is no newer version than {version}.</source>
        <translation>没有比 {version} 更新的版本。</translation>
    </message>
    <message>
        <source>This is Gouache {version}. It never looks for a newer version by itself. Give it the makers&apos; file update.json, or the address where it lies; their signature is checked, and nothing is installed.</source>
        <translation>这是 Gouache {version}。程序从不自行查找新版本。请给出作者的文件 update.json，或其所在的地址；程序会校验签名，不会安装任何内容。</translation>
    </message>
    <message>
        <source>To update, open its installer: {place}</source>
        <translation>要更新，请打开安装程序：{place}</translation>
    </message>
</context>
<context>
    <name>ViewParts</name>
    <message>
        <source>A video, a GIF, a sprite sheet, or numbered pictures</source>
        <translation>视频、GIF、精灵表或编号图像</translation>
    </message>
    <message>
        <source>Animate</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Animation</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Animations</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Animations that you made, and those in folders</source>
        <translation>您做过的动画和文件夹中的动画</translation>
    </message>
    <message>
        <source>Another animation</source>
        <translation>另一个动画</translation>
    </message>
    <message>
        <source>Back to the canvas</source>
        <translation>返回画布</translation>
    </message>
    <message>
        <source>Back to the canvas (Esc)</source>
        <translation>返回画布 (Esc)</translation>
    </message>
    <message>
        <source>Current frame</source>
        <translation>当前帧</translation>
    </message>
    <message>
        <source>Export...</source>
        <translation>导出...</translation>
    </message>
    <message>
        <source>Frames made</source>
        <translation>已生成的帧</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>关键帧</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Progress of the animation</source>
        <translation>动画进度</translation>
    </message>
    <message>
        <source>Settings of the key and of the animation</source>
        <translation>关键帧和动画的设置</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>舞台</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Begin an empty document (Ctrl+N)</source>
        <translation>新建空白文档 (Ctrl+N)</translation>
    </message>
    <message>
        <source>Begin with the picture on the clipboard (Ctrl+V)</source>
        <translation>从剪贴板中的图像开始 (Ctrl+V)</translation>
    </message>
    <message>
        <source>Crown</source>
        <translation>皇冠</translation>
    </message>
    <message>
        <source>Drop a picture here</source>
        <translation>将图像拖放到此处</translation>
    </message>
    <message>
        <source>Go to the prompt</source>
        <translation>转到提示词</translation>
    </message>
    <message>
        <source>Island</source>
        <translation>岛屿</translation>
    </message>
    <message>
        <source>Mushroom</source>
        <translation>蘑菇</translation>
    </message>
    <message>
        <source>New...</source>
        <translation>新建...</translation>
    </message>
    <message>
        <source>Open a copy of the sample &quot;{name}&quot;</source>
        <translation>打开示例“{name}”的副本</translation>
    </message>
    <message>
        <source>Open a picture or a document (Ctrl+O)</source>
        <translation>打开图像或文档 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Open...</source>
        <translation>打开...</translation>
    </message>
    <message>
        <source>Or begin with words: type a prompt and press Generate (Ctrl+Enter).</source>
        <translation>或从文字开始：输入提示词，然后单击“生成” (Ctrl+Enter)。</translation>
    </message>
    <message>
        <source>Or try one of these</source>
        <translation>或试试这些示例</translation>
    </message>
    <message>
        <source>PNG, JPEG, WebP, GIF, BMP, TIFF, PSD or OpenRaster</source>
        <translation>PNG、JPEG、WebP、GIF、BMP、TIFF、PSD 或 OpenRaster</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>最近打开的文件</translation>
    </message>
    <message>
        <source>Shield</source>
        <translation>盾牌</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard. Copy one first.</source>
        <translation>剪贴板中没有图像，请先复制一张。</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Write a prompt</source>
        <translation>输入提示词</translation>
    </message>
</context>
<context>
    <name>WholeFields</name>
    <message>
        <source>A walk from a picture has no frame before it to start from.</source>
        <translation>从图像开始的漫步没有可用的前一帧。</translation>
    </message>
    <message>
        <source>As the Generate panel</source>
        <translation>按生成面板</translation>
    </message>
    <message>
        <source>Compare with each frame alone</source>
        <translation>与逐帧单独生成比较</translation>
    </message>
    <message>
        <source>Flicker {number}</source>
        <translation>闪烁度 {number}</translation>
    </message>
    <message>
        <source>Follow the motion</source>
        <translation>跟随运动</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>每秒帧数</translation>
    </message>
    <message>
        <source>Frames and their noise move as the picture moves</source>
        <translation>帧及其噪声随画面移动</translation>
    </message>
    <message>
        <source>Hold colours</source>
        <translation>保持颜色</translation>
    </message>
    <message>
        <source>How far colours are held to the first frame&apos;s</source>
        <translation>颜色保持与首帧一致的程度</translation>
    </message>
    <message>
        <source>How many there are</source>
        <translation>共有多少</translation>
    </message>
    <message>
        <source>How much it flickers is measured when all is made.</source>
        <translation>全部生成后测量闪烁度。</translation>
    </message>
    <message>
        <source>Keep the clip&apos;s outline</source>
        <translation>保持短片的轮廓</translation>
    </message>
    <message>
        <source>Make the clip without consistency too, and measure how much both flicker</source>
        <translation>再做一份没有连贯处理的短片，并测量两者的闪烁度</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>New picture shown there</source>
        <translation>那里显示的新图像</translation>
    </message>
    <message>
        <source>Per second</source>
        <translation>每秒</translation>
    </message>
    <message>
        <source>Share of the strength where the frame before can be followed; elsewhere all of it</source>
        <translation>能跟随前一帧之处所用强度的比例；其他地方用全部强度</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>停止比较</translation>
    </message>
    <message>
        <source>Strength where motion is followed</source>
        <translation>跟随运动处的强度</translation>
    </message>
    <message>
        <source>Take model, size, steps and sampler from the Generate panel</source>
        <translation>从生成面板取用模型、尺寸、步数和采样器</translation>
    </message>
    <message>
        <source>The clip has so many.</source>
        <translation>短片有这么多帧。</translation>
    </message>
    <message>
        <source>The rest is the frame before, moved: low is calm, high is crisp</source>
        <translation>其余为移动后的前一帧：低则平稳，高则清晰</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>然后</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Transparency stays that of the clip</source>
        <translation>透明部分与短片一致</translation>
    </message>
    <message>
        <source>What changes between frames beyond what moves, in levels of 255</source>
        <translation>除运动之外帧间的变化，以 255 级计</translation>
    </message>
    <message>
        <source>What comes after the last key</source>
        <translation>最后关键帧之后如何</translation>
    </message>
    <message>
        <source>What the animation is called</source>
        <translation>动画的名称</translation>
    </message>
    <message>
        <source>Where a frame comes from</source>
        <translation>帧从何而来</translation>
    </message>
    <message>
        <source>each frame alone {number}</source>
        <translation>逐帧单独 {number}</translation>
    </message>
    <message>
        <source>frames alone: {made} of {count}</source>
        <translation>逐帧单独：{made}/{count}</translation>
    </message>
    <message>
        <source>the clip itself {number}</source>
        <translation>短片本身 {number}</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Canvas size</source>
        <translation>画布大小</translation>
    </message>
    <message>
        <source>Cursor</source>
        <translation>光标</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>Gouache</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Menus</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Inpaint</source>
        <translation>局部重绘</translation>
    </message>
    <message>
        <source>Outpaint</source>
        <translation>扩图</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>图生图</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} TB</source>
        <translation>{number} TB</translation>
    </message>
    <message>
        <source>{number} bytes</source>
        <translation>{number} 字节</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} KB</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <source>{number} steps/s</source>
        <translation>{number} 步/秒</translation>
    </message>
    <message>
        <source>{time} a step</source>
        <translation>每步 {time}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Close the message (Esc)</source>
        <translation>关闭消息 (Esc)</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Show all of the message</source>
        <translation>显示完整消息</translation>
    </message>
    <message>
        <source>{count} times</source>
        <translation>{count} 次</translation>
    </message>
</context>
<context>
    <name>_Rows</name>
    <message>
        <source>Cell</source>
        <translation>单元格</translation>
    </message>
    <message>
        <source>Counts {share} of the score. Click to sort by it.</source>
        <translation>占评分的 {share}。点击可按此排序。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
</context>
</TS>
