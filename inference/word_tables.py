"""Words that a vocabulary need not spell out: Chinese adjectives, particles, spellings, plurals, and near meanings.

Tables alone; ``inference.words`` looks things up in them, and only what a model knows comes out.
"""

from __future__ import annotations

from collections.abc import Mapping

_MEASURES = "个只把条张块朵棵座辆艘件顶双本支枚颗瓶杯匹头幅位名架台片根团滴"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split() for pair in text.split(","))  # type: ignore[misc]


QUIET = _words(
    "a an the some any of with and or in on at to for from by as its his her their this that these those is are please"
)
"""English words that carry little; of a model whose captions held none of them they are left out without a word."""

QUIET_CHINESE = _words("的 地 得 了 着 与 和 跟 及 或 在 上 里 中 有 是 请 这 那 这个 那个 这些 那些 一些") | {
    f"一{measure}" for measure in _MEASURES
}
"""Particles and "a piece of"."""

CHINESE_COLOURS: Mapping[str, str] = {
    "红 红色": "red",
    "绿 绿色": "green",
    "蓝 蓝色": "blue",
    "黄 黄色": "yellow",
    "橙色 橘色 橘黄 橘黄色": "orange",
    "紫 紫色": "purple violet",
    "粉红 粉红色 粉色 粉": "pink",
    "黑 黑色": "black",
    "白 白色": "white",
    "灰 灰色": "grey gray",
    "棕 棕色 褐色 咖啡色": "brown",
    "青 青色": "cyan teal",
    "金色": "golden gold yellow",
    "银色": "silver silvery grey gray",
    "浅色 淡色 亮色": "light bright",
    "深色 暗色 黑暗 暗": "dark",
    "明亮 发亮 闪亮": "bright shiny",
    "彩色 多彩 五彩": "colourful colorful rainbow",
    "彩虹色": "rainbow",
    "透明": "transparent clear",
}
CHINESE: Mapping[str, str] = {
    **CHINESE_COLOURS,
    # sizes and shapes
    "大 巨大 大型 巨型": "big large giant",
    "小 小型 迷你": "small little tiny mini",
    "高": "tall high",
    "长": "long",
    "短": "short",
    "圆 圆形": "round circular",
    "方 方形": "square",
    "三角 三角形": "triangular triangle",
    "尖": "pointed sharp",
    "胖": "fat",
    "瘦": "thin",
    # materials
    "木 木制 木质 木头": "wooden wood",
    "石 石头 石制": "stone rock",
    "铁 铁制": "iron metal",
    "钢": "steel metal",
    "金属": "metal",
    "金 黄金": "gold golden",
    "银 白银": "silver",
    "铜 青铜": "bronze copper",
    "玻璃": "glass",
    "水晶": "crystal",
    "冰": "ice icy frozen",
    "火 火焰": "fire flame burning",
    "纸 纸制": "paper",
    "皮 皮革": "leather",
    "布": "cloth fabric",
    "骨 骨头": "bone",
    # states
    "新": "new",
    "旧 老": "old",
    "古老 古代": "ancient old",
    "魔法": "magic magical",
    "可爱": "cute",
    "开心 快乐 高兴": "happy",
    "悲伤 难过 伤心": "sad",
    "生气 愤怒": "angry",
    "破 破碎 破损": "broken",
    "打开": "open",
    "关闭": "closed",
    "空": "empty",
    "燃烧": "burning",
    "发光": "glowing",
    "毒 有毒": "poison poisonous toxic",
    # what makers of games ask for, where a list of words has no Chinese name of it
    "剑 长剑 宝剑 大剑": "sword longsword",
    "军刀 弯刀 马刀": "sabre scimitar sword",
    "武士刀": "katana sword",
    "刀 小刀": "knife dagger",
    "匕首": "dagger",
    "斧 斧头 斧子 战斧": "axe",
    "锤子 战锤 锤": "hammer",
    "矛 长矛 长枪": "spear",
    "弓 弓箭": "bow archery",
    "箭": "arrow",
    "盾 盾牌": "shield",
    "盔甲 铠甲": "armour",
    "头盔": "helmet",
    "法杖 魔杖": "wand staff",
    "权杖": "sceptre staff",
    "枪 手枪": "gun pistol",
    "炸弹": "bomb",
    "战士 勇士": "warrior knight",
    "骑士": "knight",
    "法师 魔法师 巫师": "mage wizard",
    "女巫": "witch",
    "忍者": "ninja",
    "弓箭手": "archer",
    "盗贼": "rogue thief",
    "国王": "king",
    "公主": "princess",
    "王子": "prince",
    "怪物 怪兽": "monster",
    "哥布林 地精": "goblin",
    "兽人": "orc",
    "巨魔": "troll",
    "食人魔": "ogre",
    "史莱姆": "slime",
    "僵尸 丧尸": "zombie",
    "骷髅": "skull skeleton",
    "鬼 幽灵": "ghost",
    "吸血鬼": "vampire",
    "恶魔": "demon devil",
    "天使": "angel",
    "精灵": "elf fairy",
    "龙 巨龙": "dragon",
    "凤凰": "phoenix",
    "独角兽": "unicorn",
    "机器人": "robot",
    "药水 魔药 药剂": "potion elixir",
    "瓶子": "bottle",
    "卷轴": "scroll",
    "书 魔法书": "book",
    "宝石": "gem",
    "钻石": "diamond",
    "戒指": "ring",
    "王冠 皇冠": "crown",
    "金币 硬币": "coin",
    "宝箱 箱子": "chest box",
    "钥匙": "key",
    "锁": "lock",
    "火把": "torch",
    "灯笼": "lantern",
    "蜡烛": "candle",
    "城堡": "castle",
    "房子 房屋 屋": "house",
    "塔": "tower",
    "帐篷": "tent",
    "桥": "bridge",
    "门": "door",
    "树 大树": "tree",
    "花": "flower",
    "草": "grass herb",
    "蘑菇": "mushroom",
    "山": "mountain",
    "雪 雪花": "snow snowflake",
    "云": "cloud",
    "太阳": "sun",
    "月亮": "moon",
    "星星 星": "star",
    "闪电": "lightning",
    "船": "ship boat",
    "汽车 车": "car automobile",
    "火箭": "rocket",
    "飞船": "spaceship rocket",
    "猫": "cat",
    "狗": "dog",
    "马": "horse",
    "狼": "wolf",
    "熊": "bear",
    "鸟": "bird",
    "鱼": "fish",
    "蛇": "snake",
    "青蛙": "frog",
    "蜘蛛": "spider",
    "苹果": "apple",
    "面包": "bread",
    "肉": "meat",
    "蛋糕": "cake",
    "心 爱心": "heart",
    # numbers
    "一": "one",
    "二 两 两个 两只 两把": "two",
    "三 三个 三只 三把": "three",
    "四 四个": "four",
    "五 五个": "five",
}
"""Chinese words, several a line, and English ones of their meaning: the first that the model knows is taken."""

SPELLINGS: Mapping[str, str] = _pairs(
    "gray grey, color colour, colored coloured, colorful colourful, armor armour, ax axe, donut doughnut, "
    "jewelry jewellery, pajamas pyjamas, mustache moustache, saber sabre, center centre, theater theatre, fiber fibre, "
    "airplane aeroplane, tire tyre, mold mould, plow plough"
)
"""American spellings, and British ones of the same word; which of the two a caption has does not matter."""

IRREGULAR: Mapping[str, str] = _pairs(
    "men man, women woman, mice mouse, geese goose, teeth tooth, feet foot, children child, people person, oxen ox, "
    "dice die, cacti cactus, fungi fungus, octopi octopus, loaves loaf, leaves leaf"
)
"""Plurals that no rule makes."""

MEANINGS: Mapping[str, str] = {
    # weapons and armour
    "sabre rapier katana scimitar cutlass claymore broadsword longsword greatsword blade epee": "sword swords dagger",
    "shuriken kunai dirk stiletto": "dagger knife",
    "hatchet tomahawk halberd poleaxe": "axe",
    "spear lance javelin halberd pike": "trident spear bow arrow dagger",
    "mace club cudgel flail morningstar maul warhammer": "hammer club",
    "crossbow longbow archer": "bow arrow",
    "gun rifle pistol revolver musket shotgun blaster": "pistol gun water",
    "cannon mortar grenade dynamite mine explosive tnt": "bomb firecracker cannon",
    "armour breastplate cuirass chainmail hauberk gauntlet greaves": "shield armour helmet coat",
    "helm visor": "helmet crown",
    # creatures and people
    "wyvern drake hydra lindworm serpent": "dragon snake lizard",
    "orc ork troll ogre gremlin imp kobold hobgoblin bogeyman fiend": "goblin ogre monster",
    "demon devil daemon satan": "imp devil ogre horns",
    "zombie ghoul undead mummy lich revenant": "zombie skull ghost vampire",
    "spectre specter phantom spirit wraith poltergeist": "ghost",
    "skeleton": "skull bone",
    "sorcerer sorceress warlock wizard witch magician enchanter druid shaman": "mage wizard witch",
    "knight warrior fighter soldier paladin guard gladiator samurai barbarian": "guard ninja knight shield",
    "rogue thief assassin": "ninja detective",
    "king queen emperor empress monarch ruler": "crown prince princess",
    "slime blob ooze jelly": "jellyfish monster",
    "golem automaton android droid cyborg": "robot",
    "gryphon griffin phoenix": "eagle lion dragon bird",
    "pegasus mare stallion pony foal steed": "horse unicorn",
    "hound puppy pup wolfhound": "dog wolf",
    "kitten kitty feline": "cat",
    "bunny hare": "rabbit",
    "raven crow": "bird eagle",
    "toad tadpole newt": "frog",
    "beast creature": "monster dragon",
    # magic and treasure
    "elixir potion brew tonic flask vial phial philtre": "potion alembic bottle flask",
    "staff rod sceptre scepter": "wand magic",
    "scroll parchment manuscript papyrus": "scroll book page",
    "grimoire spellbook tome": "book books",
    "ruby emerald sapphire amethyst topaz jewel gemstone diamond opal": "gem stone diamond",
    "treasure loot hoard chest strongbox": "money coin crown gem box",
    "amulet talisman pendant necklace": "ring beads necklace gem",
    "rune sigil glyph": "crystal star",
    # places and things
    "fortress keep citadel stronghold tower palace": "castle",
    "hut cottage cabin shack hovel": "house hut tent",
    "tavern inn pub": "beer hotel house",
    "dungeon prison jail cave cavern": "chains castle lock",
    "cart wagon carriage chariot": "truck wheel automobile",
    "automobile motorcar sedan vehicle auto": "car automobile",
    "boat vessel galleon frigate schooner": "ship sailboat boat",
    "spaceship starship spacecraft shuttle": "rocket saucer",
    "lantern torch lamp": "lantern torch candle lamp",
    "crate barrel cask": "box package oil",
    "rock boulder pebble": "rock stone",
    "sapling oak bush shrub": "tree",
    "blossom": "flower blossom",
    "storm thunder lightning": "cloud lightning rain",
    "blaze flame inferno": "fire",
    # food
    "bacon ham steak beef": "bacon meat",
    "loaf bun toast": "bread",
    "ale lager mead": "beer",
    "sandwich burger": "sandwich hamburger",
    "toadstool fungus": "mushroom",
    # looks
    "huge enormous gigantic massive": "big large giant",
    "tiny mini little": "small little",
    "scarlet crimson maroon": "red",
    "azure navy cobalt indigo": "blue",
    "turquoise aquamarine aqua": "cyan teal blue",
    "lime olive jade": "green",
    "magenta fuchsia lilac lavender": "purple pink violet",
    "beige tan chestnut bronze": "brown",
    "ivory cream": "white",
    "silver": "grey silver white",
    "gold golden": "yellow gold coin",
    "joyful cheerful glad": "happy smiling",
    "furious mad enraged": "angry",
    "unhappy crying": "sad crying",
}
"""Words that a maker of games types, and what is near in meaning, the nearest first."""
