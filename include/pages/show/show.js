"use strict";
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

/* ---- the page */
function tag(box, text, colour) {
  return draw("text", { x: box[0] + 1, y: Math.max(box[1] - 1.2, 6), "font-size": 7,
    class: "tag", fill: colour }, text);
}
const PAINTERS = {
  words: (p, add) => p.words.forEach((word, index) => add(boxed(word.slice(1, 5),
    "word-box " + (isLayer(word) ? "layer-word" : "b" + step(word[5])), { "data-word": index }))),
  lines: (p, add) => groups(p.words, 6).forEach((box, number) => add(boxed(box, "line-box",
    { "data-tip": "line " + number }))),
  blocks: (p, add) => groups(p.words, 7).forEach((box, number) => {
    add(boxed(box, "block-box", { "data-tip": "block " + number }));
    add(draw("circle", { cx: box[0], cy: box[1], r: 7, fill: "#7a4fb5" }));
    add(draw("text", { x: box[0], y: box[1] + 2.8, "font-size": 8, fill: "#fff",
      "text-anchor": "middle", class: "tag" }, number));
  }),
  tables: (p, add) => p.tables.forEach((table) => {
    table.cells.forEach(([text, box, row, column]) => {
      const isHead = row < table.header_rows;
      add(boxed(box, isHead ? "cell-box head" : "cell-box",
        { "data-tip": "row " + row + ", column " + column + (isHead ? ", header" : ""),
          "data-text": text }));
      add(draw("text", { x: box[0] + 1, y: box[1] + 4.5, "font-size": 4.5, fill: "#0b7285" },
        row + "," + column));
    });
    add(boxed(table.box, "table-box", { "pointer-events": "none" }));
  }),
  elements: (p, add) => p.elements.forEach(([kind, text, box]) => {
    if (!box) return;
    add(boxed(box, "element-box", { "data-tip": kind, "data-text": text }));
    add(tag(box, kind, "#8a5a00"));
  }),
  differences: (p, add) => p.differences.forEach(([box, layer, seen]) => add(boxed(box,
    "difference-box", { "data-tip": "text layer: " + (layer || "(nothing)") + " · seen: " +
      (seen || "(nothing)"), "data-text": "differs" }))),
};
function print(p, add) {
  p.words.forEach(([text, x0, y0, x1, y1]) => {
    const upright = y1 - y0 > 4 * (x1 - x0) && text.length > 1;
    const size = Math.max((upright ? x1 - x0 : y1 - y0) * 0.85, 2);
    const node = draw("text", { x: upright ? 0 : x0, y: upright ? 0 : y1 - size * 0.2,
      "font-size": size, class: "print", textLength: Math.max(upright ? y1 - y0 : x1 - x0, 1),
      lengthAdjust: "spacingAndGlyphs" }, text);
    if (upright) node.setAttribute("transform", `translate(${x1 - size * 0.2} ${y1}) rotate(-90)`);
    add(node);
  });
}
function showSheet() {
  const p = page();
  const overlay = byId("overlay");
  overlay.replaceChildren();
  overlay.setAttribute("viewBox", `0 0 ${p.width} ${p.height}`);
  overlay.setAttribute("preserveAspectRatio", "none");
  const add = (node) => overlay.append(node);
  const hasPicture = p.picture && state.on.has("picture");
  byId("picture").hidden = !hasPicture;
  if (hasPicture) byId("picture").src = p.picture;
  else print(p, add);
  ["tables", "blocks", "elements", "lines", "words", "differences"].forEach((name) => {
    if (state.on.has(name)) PAINTERS[name](p, add);
  });
  size();
  choose(state.chosen, false);
}
function fitting(whole) {
  const view = byId("view");
  const across = (view.clientWidth - 34) / page().width;
  const down = (view.clientHeight - 34) / page().height;
  return whole ? Math.min(across, down) : Math.max(Math.min(across, 1.55), 0.3);
}
function size() {
  if (!state.scale) state.scale = fitting(false);
  byId("sheet").style.width = page().width * state.scale + "px";
  byId("sheet").style.height = page().height * state.scale + "px";
}
function zoom(factor) {
  if (!data.pages.length) return;
  state.scale = factor ? Math.min(Math.max(state.scale * factor, 0.2), 6) : fitting(true);
  size();
}
function choose(index, scrolls) {
  document.querySelectorAll(".chosen").forEach((node) => node.classList.remove("chosen"));
  state.chosen = index;
  if (index < 0) return;
  document.querySelectorAll(`[data-word="${index}"]`).forEach((node) => {
    node.classList.add("chosen");
    if (scrolls) node.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
function point(box) {
  document.querySelectorAll(".pointed").forEach((node) => node.remove());
  if (box) byId("overlay").append(boxed(box, "pointed"));
}
const pointing = (box) => box ? { onmouseenter: () => point(box), onmouseleave: () => point() } : {};

/* ---- the pane */
function textPane(p) {
  const blocks = [];
  let block, line, last = [];
  p.words.forEach((word, index) => {
    if (!block || word[7] !== last[7]) {
      blocks.push(block = make("div", { class: "block", "data-number": word[7] }));
      line = null;
    }
    if (!line || word[6] !== last[6]) block.append(line = make("div", { class: "line" }));
    line.append(make("span", { class: "word" + (isLayer(word) ? "" : " c" + step(word[5])),
      "data-word": index, onclick: () => choose(index, true) }, word[0]), " ");
    last = word;
  });
  return blocks.length ? blocks : [make("p", { class: "quiet" }, "No words on this page.")];
}
function elementsPane(p) {
  const found = p.elements.map(([kind, text, box]) => make("div", { class: "entry", ...pointing(box) },
    make("b", {}, kind), make("span", {}, text)));
  return found.length ? found : [make("p", { class: "quiet" }, "No elements on this page.")];
}
function tableNode(table) {
  const rows = new Map();
  table.cells.forEach((cell) => rows.set(cell[2], [...(rows.get(cell[2]) || []), cell]));
  const width = Math.max(...table.cells.map((cell) => cell[3] + cell[5]), 1);
  const taken = new Set();
  const body = [...rows.keys()].sort((a, b) => a - b).map((number) => {
    const cells = new Map(rows.get(number).map((cell) => [cell[3], cell]));
    const row = make("tr", {});
    for (let column = 0; column < width; column += 1) {
      if (taken.has(number + "," + column)) continue;
      const cell = cells.get(column);
      const kind = number < table.header_rows ? "th" : "td";
      if (!cell) { row.append(make(kind, {})); continue; }
      for (let r = 0; r < Math.min(cell[4], 500); r += 1)
        for (let c = 0; c < Math.min(cell[5], 100); c += 1)
          taken.add((number + r) + "," + (column + c));
      row.append(make(kind, { rowspan: cell[4], colspan: cell[5], ...pointing(cell[1]) }, cell[0]));
    }
    return row;
  });
  return make("div", { class: "scroll" }, make("table", {}, make("tbody", {}, ...body)));
}
function tablesPane(p) {
  const found = p.tables.flatMap((table, index) => [
    make("h2", pointing(table.box), `Table ${index + 1}: ${table.is_ruled ? "ruled" : "unruled"}, ` +
      `${table.header_rows} header row(s), ${table.cells.length} cells`), tableNode(table)]);
  return found.length ? found : [make("p", { class: "quiet" }, "No tables on this page.")];
}
function facts(pairs) {
  const list = make("dl", {});
  pairs.filter(([, value]) => value !== null && value !== "").forEach(([name, value]) =>
    list.append(make("dt", {}, name), make("dd", {}, String(value))));
  return list;
}
function histogram(words) {
  const read = words.filter((word) => !isLayer(word));
  if (!read.length) return make("p", { class: "quiet" }, words.length
    ? "All words come from a text layer." : "No words.");
  const bins = new Array(20).fill(0);
  read.forEach((word) => { bins[Math.min(Math.floor(word[5] * 20), 19)] += 1; });
  const most = Math.max(...bins);
  const chart = draw("svg", { class: "histogram", viewBox: "0 0 400 130", role: "img",
    "aria-label": "Words by confidence" });
  bins.forEach((count, bin) => {
    const high = count ? Math.max(95 * count / most, 2) : 0;
    const bar = draw("rect", { x: bin * 20 + 1, y: 110 - high, width: 18, height: high,
      class: "b" + step(bin / 20 + 0.001), "fill-opacity": 0.75, "stroke-width": 0 });
    bar.append(draw("title", {}, `${(bin / 20).toFixed(2)} to ${(bin / 20 + 0.05).toFixed(2)}: ${count}`));
    chart.append(bar);
    if (count) chart.append(draw("text", { x: bin * 20 + 10, y: 107 - high, "text-anchor": "middle" }, count));
  });
  ["0", "0.2", "0.4", "0.6", "0.8", "1"].forEach((text, index) => chart.append(draw("text",
    { x: 80 * index, y: 124, "text-anchor": ["start", "middle", "middle", "middle", "middle", "end"][index] },
    text)));
  return chart;
}
function pagePane(p) {
  const flags = p.flags.map(([flag, meaning]) => make("div", { class: "entry" },
    make("b", {}, flag), make("span", {}, meaning)));
  const differences = p.differences.map(([box, layer, seen]) => make("div",
    { class: "entry", ...pointing(box) }, make("b", {}, "differs"),
    make("span", {}, "text layer: " + (layer || "(nothing)"), make("br"), "seen: " + (seen || "(nothing)"))));
  return [
    facts([["Engine", p.engine], ["Words", p.words.length],
      ["Mean confidence", p.words.length ? percent(mean(p.words)) : null],
      ["Language", p.language || "unknown"], ["Size", `${p.width} × ${p.height} points`],
      ["Turned by", p.rotation + "°"], ["Skew", p.skew + "°"], ["Time", p.seconds + " s"]]),
    make("h2", {}, "Words by confidence"), histogram(p.words),
    make("h2", {}, "Flags"), ...(flags.length ? flags : [make("p", { class: "quiet" }, "None.")]),
    ...(differences.length ? [make("h2", {}, "Differences"), ...differences] : []),
  ];
}
function filePane() {
  const words = data.pages.flatMap((p) => p.words);
  const [type, probability, evidence] = data.type;
  const list = (title, rows) => rows.length ? [make("h2", {}, title), ...rows.map(([name, text]) =>
    make("div", { class: "entry" }, make("b", {}, name), make("span", {}, text)))] : [];
  const size = data.page_count > data.pages.length ? `${data.page_count}, shown ${data.pages.length}` : data.page_count;
  return [
    facts([["File", data.name], ["Kind", data.media_type], ["Pages", size], ["Time", data.seconds + " s"],
      ["Type", `${type} (${probability.toFixed(2)})`], ["Evidence", evidence.join(" · ") || "none"],
      ["Data inside", data.has_xml ? "an invoice as XML" : null]]),
    make("h2", {}, "Words by confidence"), histogram(words),
    ...list("Packet", data.cuts.map(([first, last, why]) => [`pages ${first}–${last}`, why.join("; ")])),
    ...list("Parts", data.parts.map(([index, name, bytes]) => [String(index), `${name}, ${bytes} bytes`])),
    ...list("Unread pages", data.bad_pages.map(([number, why]) => ["page " + number, why])),
  ];
}
const TABS = {
  Text: [textPane, (p) => p.words.length], Elements: [elementsPane, (p) => p.elements.length],
  Tables: [tablesPane, (p) => p.tables.length], Page: [pagePane, () => ""], File: [filePane, () => ""],
};
function showPane() {
  const p = page();
  const names = p ? Object.keys(TABS) : ["File"];
  if (!names.includes(state.tab)) state.tab = "File";
  byId("tabs").replaceChildren(...names.map((name) => make("button", { role: "tab",
    "aria-selected": String(name === state.tab), onclick: () => { state.tab = name; showPane(); } },
    name, p && TABS[name][1](p) !== "" ? make("small", {}, TABS[name][1](p)) : null)));
  byId("pane").replaceChildren(...TABS[state.tab][0](p));
  byId("pane").scrollTop = 0;
  choose(state.chosen, false);
}

/* ---- around */
function showPage(number) {
  state.page = Math.min(Math.max(number, 0), data.pages.length - 1);
  state.chosen = -1;
  const p = page();
  byId("pages").value = String(state.page);
  byId("previous").disabled = state.page === 0;
  byId("next").disabled = state.page === data.pages.length - 1;
  byId("flags").replaceChildren(...p.flags.map(([flag, meaning]) => make("span", { title: meaning,
    class: WARNINGS.includes(flag.split(":")[0]) ? "chip warns" : "chip" }, flag)));
  const counts = { picture: p.picture ? 1 : 0, words: p.words.length, lines: p.words.length,
    blocks: p.words.length, tables: p.tables.length,
    elements: p.elements.filter((e) => e[2]).length, differences: p.differences.length };
  LAYERS.forEach((name) => byId("layer-" + name).parentNode.classList.toggle("none", !counts[name]));
  showSheet();
  showPane();
  byId("view").scrollTo(0, 0);
}
function tell(event) {
  const node = event.target.closest("[data-word], [data-tip]");
  const tip = byId("tip");
  tip.hidden = !node || !byId("overlay").contains(node);
  if (tip.hidden) return;
  const word = node.dataset.word === undefined ? null : page().words[node.dataset.word];
  tip.replaceChildren(make("b", {}, word ? word[0] : node.dataset.text || ""), word
    ? `${isLayer(word) ? "text layer" : "confidence " + word[5].toFixed(3)} · line ${word[6]} · block ${word[7]}`
    : node.dataset.tip);
  tip.style.left = Math.min(event.clientX + 14, innerWidth - 350) + "px";
  tip.style.top = Math.min(event.clientY + 16, innerHeight - 70) + "px";
}
function controls() {
  LAYERS.forEach((name, index) => {
    const box = make("input", { type: "checkbox", id: "layer-" + name, onchange: () => {
      state.on[box.checked ? "add" : "delete"](name);
      showSheet();
    } });
    box.checked = state.on.has(name);
    byId("layers").append(make("label", { title: "Key " + (index + 1) }, box, name));
  });
  STEPS.forEach(([, label], index) => byId("legend").append(make("li", {},
    make("i", { class: "key" + index }), label)));
  byId("legend").append(make("li", {}, make("i", { class: "key-layer" }), "text layer"));
  data.pages.forEach((p, index) => byId("pages").append(make("option", { value: index },
    `${p.number} of ${data.page_count}` + (p.words.length ? ` · ${mean(p.words).toFixed(2)}` : " · no words"))));
  const [type, probability] = data.type;
  byId("about").append(make("b", {}, type), ` ${probability.toFixed(2)} · ` +
    `${data.page_count} page(s) · ${data.seconds.toFixed(1)} s`);
}
function listen() {
  byId("previous").onclick = () => showPage(state.page - 1);
  byId("next").onclick = () => showPage(state.page + 1);
  byId("pages").onchange = (event) => showPage(Number(event.target.value));
  byId("smaller").onclick = () => zoom(0.8);
  byId("larger").onclick = () => zoom(1.25);
  byId("fit").onclick = () => zoom(0);
  byId("overlay").addEventListener("mousemove", tell);
  byId("overlay").addEventListener("mouseleave", () => { byId("tip").hidden = true; });
  byId("overlay").addEventListener("click", (event) => {
    const index = event.target.dataset.word;
    if (index === undefined) return;
    if (state.tab !== "Text") { state.tab = "Text"; showPane(); }
    choose(Number(index), true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    if (event.key === "j") showPage(state.page + 1);
    else if (event.key === "k") showPage(state.page - 1);
    else if (event.key === "+") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") zoom(0);
    else if (LAYERS[Number(event.key) - 1]) byId("layer-" + LAYERS[Number(event.key) - 1]).click();
  });
}
/* A link may name what is to be seen: #page/tab/layers, e.g. #2/Tables/picture,tables */
function begin() {
  const [number, tab, layers] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (TABS[tab]) state.tab = tab;
  if (layers) state.on = new Set(layers.split(",").filter((name) => LAYERS.includes(name)));
  return Math.max(data.pages.findIndex((p) => String(p.number) === number), 0);
}

const first = begin();
controls();
if (data.pages.length) {
  listen();
  showPage(first);
} else {
  byId("sheet").hidden = true;
  byId("nothing").hidden = false;
  document.querySelectorAll("header button, header select").forEach((node) => { node.disabled = true; });
  showPane();
}
