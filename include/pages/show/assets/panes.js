/* Beside the page: its text, elements, tables and figures. */
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
      class: "b" + step(bin / 20 + 0.001) });
    bar.append(draw("title", {}, `${(bin / 20).toFixed(2)} to ${(bin / 20 + 0.05).toFixed(2)}: ${count}`));
    chart.append(bar);
    if (count) chart.append(draw("text", { x: bin * 20 + 10, y: 107 - high, "text-anchor": "middle" }, count));
  });
  ["0", "0.2", "0.4", "0.6", "0.8", "1"].forEach((text, index) => chart.append(draw("text",
    { x: 80 * index, y: 124, "text-anchor": ["start", "middle", "middle", "middle", "middle", "end"][index] },
    text)));
  return chart;
}
function doubtful(p) {
  const found = p.words.map((word, index) => [word, index]).filter(([word]) => !isLayer(word))
    .sort((a, b) => a[0][5] - b[0][5]).slice(0, 12).filter(([word]) => word[5] < 0.95);
  return found.length ? [make("h2", {}, "Least sure words"), make("p", {}, ...found.flatMap(
    ([word, index]) => [make("button", { class: "doubtful c" + step(word[5]),
      onclick: () => choose(index, true) }, word[0], make("small", {}, word[5].toFixed(2))), " "]))] : [];
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
    ...doubtful(p), make("h2", {}, "Flags"), ...(flags.length ? flags : [make("p", { class: "quiet" }, "None.")]),
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
