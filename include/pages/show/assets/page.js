/* Around the page: which page, which layers, keys and tips. */
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
