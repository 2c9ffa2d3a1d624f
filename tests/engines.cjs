// What PixiJS and Phaser make of our sheets: prints JSON. Called by test_clips_engines.py in the folder of node_modules.
//   node engines.cjs KIND FILE [MORE]   pixi | phaser | aseprite | unity
const fs = require("fs");
const path = require("path");

const [kind, file, more] = process.argv.slice(2);
const packages = path.join(process.cwd(), "node_modules");
const text = fs.readFileSync(file, "utf-8");
const size = (image) => {
  const head = fs.readFileSync(image).subarray(16, 24);
  return { width: head.readUInt32BE(0), height: head.readUInt32BE(4) };
};
const beside = (name) => path.join(path.dirname(file), name);

function pixi() {
  globalThis.navigator ??= { userAgent: "node", platform: "node" };
  globalThis.document ??= { createElement: () => ({ getContext: () => null }) };
  globalThis.window ??= globalThis;
  const { Spritesheet, Texture, TextureSource } = require(path.join(packages, "pixi.js"));
  const data = JSON.parse(text);
  const source = new TextureSource(size(beside(data.meta.image)));
  const sheet = new Spritesheet(new Texture({ source }), data);
  sheet.parseSync();
  const box = (each) => each && [each.x, each.y, each.width, each.height];
  const frames = Object.entries(sheet.textures).map(([name, texture]) => ({
    name,
    frame: box(texture.frame),
    trim: box(texture.trim),
    orig: [texture.orig.width, texture.orig.height],
    anchor: texture.defaultAnchor && [texture.defaultAnchor.x, texture.defaultAnchor.y],
  }));
  const animations = Object.entries(sheet.animations).map(([name, list]) => [name, list.map((each) => each.label)]);
  return { frames, animations };
}

function phaserTexture(source) {
  const frames = [];
  const texture = {
    source: [source],
    customData: {},
    add(name, index, x, y, width, height) {
      if (name === "__BASE") return {};
      const frame = { name, index, frame: [x, y, width, height], orig: [width, height], trim: null };
      frame.setTrim = (w, h, left, top, keptWidth, keptHeight) => {
        frame.orig = [w, h];
        frame.trim = [left, top, keptWidth, keptHeight];
      };
      frames.push(frame);
      return frame;
    },
  };
  return { texture, frames };
}

const phaserModule = (name) => require(path.join(packages, "phaser", "src", ...name.split("/")));
const told = (frames) =>
  frames.map(({ name, index, frame, trim, orig, pivotX, pivotY }) => ({
    name, index, frame, trim, orig, anchor: pivotX === undefined ? null : [pivotX, pivotY],
  }));

function stubs() {
  globalThis.window ??= globalThis;
  globalThis.document ??= { createElement: () => ({ getContext: () => null }), documentElement: {} };
  globalThis.navigator ??= { userAgent: "node", platform: "node" };
}

function aseprite() {
  stubs();
  const data = JSON.parse(text);
  const { texture, frames } = phaserTexture(size(beside(data.meta.image)));
  const parser = phaserModule(Array.isArray(data.frames) ? "textures/parsers/JSONArray" : "textures/parsers/JSONHash");
  parser(texture, 0, data);
  const { createFromAseprite } = phaserModule("animations/AnimationManager").prototype;
  const game = { cache: { json: { get: () => data } } };
  const names = new Set(frames.map((each) => each.name));
  const create = (config) => ({ ...config, missing: config.frames.filter((each) => !names.has(each.frame)).length });
  return { frames: told(frames), animations: createFromAseprite.call({ game, create }, "key") };
}

function phaser() {
  stubs();
  const data = JSON.parse(text);
  const parser = phaserModule("textures/parsers/JSONArray");
  const all = data.textures.flatMap((each, index) => {
    const { texture, frames } = phaserTexture(size(beside(each.image)));
    parser(texture, 0, each);
    return frames.map((frame) => ({ ...frame, index }));
  });
  const Animation = phaserModule("animations/Animation");
  const names = new Map(all.map((each) => [each.name, each]));
  const manager = { textureManager: { getFrame: (key, name) => names.get(name) ?? null }, on: () => {}, once: () => {} };
  const animations = JSON.parse(fs.readFileSync(more, "utf-8")).anims.map((config) => {
    const made = new Animation(manager, config.key, config);
    const frames = made.frames.map((each) => [each.textureFrame, each.duration]);
    return { key: made.key, frames, repeat: made.repeat, yoyo: made.yoyo, duration: made.duration };
  });
  return { frames: told(all), animations };
}

function unity() {
  stubs();
  const { texture, frames } = phaserTexture(size(more));
  phaserModule("textures/parsers/UnityYAML")(texture, 0, text);
  return { frames: told(frames), animations: [] };
}

console.log(JSON.stringify({ pixi, aseprite, phaser, unity }[kind]()));
