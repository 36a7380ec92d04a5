"use strict";
/* What was read, and small tools for drawing it. */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const STEPS = [[0.4, "< 0.4"], [0.6, "0.4–0.6"], [0.8, "0.6–0.8"], [0.95, "0.8–0.95"],
  [Infinity, "≥ 0.95"]];
const LAYERS = ["picture", "words", "lines", "blocks", "tables", "elements", "differences"];
const WARNINGS = ["poor", "blank", "text_layer_differs", "unread", "low_contrast", "vision_conflicts",
  "vision_unavailable", "vision_refused", "vision_ungrounded"];
const state = { page: 0, tab: "Text", scale: 0, chosen: -1,
  on: new Set(["picture", "words", "differences"]) };

/* Texts of the file only ever become text nodes and attributes. */
function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
function draw(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}
const boxed = (box, name, more) => draw("rect", { x: box[0], y: box[1],
  width: Math.max(box[2] - box[0], 0.5), height: Math.max(box[3] - box[1], 0.5),
  class: name, ...more });
const union = (a, b) => a ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]),
  Math.max(a[2], b[2]), Math.max(a[3], b[3])] : b.slice();
const step = (confidence) => STEPS.findIndex(([limit]) => confidence < limit);
/* OCR may be as sure as a text layer, which has no doubts. */
data.pages.forEach((p) => {
  const isOcr = p.flags.some(([flag]) => flag === "ocr");
  p.words.forEach((word) => { word[8] = word[5] === 1 && !isOcr; });
});
const isLayer = (word) => word[8];
const page = () => data.pages[state.page];
const mean = (words) => words.reduce((sum, word) => sum + word[5], 0) / Math.max(words.length, 1);
const percent = (value) => (100 * value).toFixed(1) + " %";

function groups(words, index) {
  const found = new Map();
  words.forEach((word) => found.set(word[index], union(found.get(word[index]), word.slice(1, 5))));
  return found;
}
