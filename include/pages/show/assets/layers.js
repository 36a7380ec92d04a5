/* The page: its picture, or its words where they stand, under layers of boxes. */
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
    add(draw("circle", { cx: box[0] - 7, cy: box[1] + 5, r: 7, fill: "#7a4fb5" }));
    add(draw("text", { x: box[0] - 7, y: box[1] + 7.8, "font-size": 8, fill: "#fff",
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
