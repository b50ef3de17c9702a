// Arranging a board: charts are added, moved by mouse or keyboard, set and taken off; what is there is sent as JSON.
(() => {
  const source = document.getElementById("board-state");
  const list = document.getElementById("board-widgets");
  if (!source || !list) return;
  const state = JSON.parse(source.textContent);
  const field = document.getElementById("board-json");
  const said = document.getElementById("board-said");
  const row = document.getElementById("board-row");
  let dragged = null;

  const tell = (words, values) => (said.textContent = words.replace(/%\((\w+)\)s/g, (_all, name) => values[name]));

  function draw(focus) {
    list.replaceChildren(...state.widgets.map(item));
    field.value = JSON.stringify(state.widgets.map(({ chart, width, segment, base }) => ({ chart, width, segment, base })));
    document.getElementById("board-none").hidden = state.widgets.length > 0;
    if (focus) list.children[focus.place]?.querySelector(focus.what)?.focus();
  }

  function item(widget, place) {
    const made = row.content.firstElementChild.cloneNode(true);
    made.querySelector("[data-title]").textContent = widget.title;
    made.querySelectorAll("[aria-label]").forEach((one) => one.setAttribute("aria-label", `${one.getAttribute("aria-label")}: ${widget.title}`));
    for (const name of ["width", "segment", "base"]) {
      const select = made.querySelector(`[data-set=${name}]`);
      if (name !== "width") state.segments.forEach(({ slug, name: text }) => select.append(new Option(text, slug)));
      select.value = widget[name];
      select.addEventListener("change", () => {
        widget[name] = select.value;
        draw({ place, what: `[data-set=${name}]` });
      });
    }
    made.querySelector("[data-up]").addEventListener("click", () => move(place, place - 1, "[data-up]"));
    made.querySelector("[data-down]").addEventListener("click", () => move(place, place + 1, "[data-down]"));
    made.querySelector("[data-off]").addEventListener("click", () => {
      state.widgets.splice(place, 1);
      draw({ place: Math.min(place, state.widgets.length - 1), what: "[data-off]" });
      tell(state.words.removed, { title: widget.title });
    });
    made.querySelector("[data-up]").disabled = place === 0;
    made.querySelector("[data-down]").disabled = place === state.widgets.length - 1;
    made.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      move(place, place + (event.key === "ArrowUp" ? -1 : 1), event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    });
    made.addEventListener("dragstart", (event) => {
      dragged = place;
      event.dataTransfer.effectAllowed = "move";
      made.classList.add("is-dragged");
    });
    made.addEventListener("dragend", () => {
      dragged = null;
      made.classList.remove("is-dragged");
    });
    made.addEventListener("dragover", (event) => {
      if (dragged === null) return;
      event.preventDefault();
      made.classList.toggle("is-over", dragged !== place);
    });
    made.addEventListener("dragleave", () => made.classList.remove("is-over"));
    made.addEventListener("drop", (event) => {
      event.preventDefault();
      if (dragged !== null) move(dragged, place);
    });
    return made;
  }

  function move(from, to, what) {
    if (to < 0 || to >= state.widgets.length || from === to) return;
    const [widget] = state.widgets.splice(from, 1);
    state.widgets.splice(to, 0, widget);
    const still = what && !(what === "[data-up]" && to === 0) && !(what === "[data-down]" && to === state.widgets.length - 1);
    draw({ place: to, what: still ? what : "[data-off]" });
    tell(state.words.moved, { title: widget.title, place: to + 1 });
  }

  document.querySelectorAll("[data-add]").forEach((button) =>
    button.addEventListener("click", () => {
      state.widgets.push({ chart: button.dataset.add, title: button.textContent.trim(), width: "half", segment: "", base: "" });
      draw();
      tell(state.words.moved, { title: button.textContent.trim(), place: state.widgets.length });
    }),
  );
  draw();
})();
