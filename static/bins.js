/* The limits of bins as lines over their picture: dragged, moved by arrow keys, and following what is typed. */
(() => {
  const fields = () => [...document.querySelectorAll("#builder input[type=text][id^=f-bins-][id$=-below]")];
  const number = (field) => { const text = field.value.replace(/[,，\s]/g, ""); return text === "" ? NaN : Number(text); };
  let dragged = null;

  function scale() {
    const box = document.querySelector("#picture .qb-hist");
    if (!box) return null;
    const { low, high, step, scale: reach } = Object.fromEntries(Object.entries(box.dataset).map(([key, text]) => [key, Number(text)]));
    const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
    return {
      box, low, high, step,
      at: (value) => reach * Math.min(Math.max((value - low) / (high - low), 0), 1),
      value: (x) => { const part = Math.min(Math.max((x / box.clientWidth) * 100 / reach, 0), 1); return low + (high - low) * part; },
      round: (value) => Number((Math.round(value / step) * step).toFixed(decimals)),
    };
  }

  // Limits rise, so each stays between its neighbours.
  function within(fields, place, value, step) {
    const before = fields.slice(0, place).map(number).filter(Number.isFinite).pop();
    const after = fields.slice(place + 1).map(number).find(Number.isFinite);
    return Math.min(Math.max(value, before === undefined ? -Infinity : before + step), after === undefined ? Infinity : after - step);
  }

  function draw() {
    const layer = document.getElementById("cuts"), on = scale(), all = fields();
    if (!layer) return;
    layer.hidden = !on || !all.length;
    if (!on || dragged?.moving) return dragged && place(on);
    layer.style.top = `${on.box.offsetTop}px`;
    layer.style.height = `${on.box.clientHeight}px`;
    const focused = layer.contains(document.activeElement) ? document.activeElement.dataset.field : null;
    layer.replaceChildren(...all.filter((field) => Number.isFinite(number(field))).map((field) => {
      const cut = Object.assign(document.createElement("div"), { className: "qb-cut", tabIndex: 0 });
      const name = document.getElementById(field.id.replace("-below", "-label"))?.value;
      cut.dataset.field = field.id;
      cut.setAttribute("role", "slider");
      cut.setAttribute("aria-label", `${field.getAttribute("aria-label")} ${name || ""}`.trim());
      return cut;
    }));
    place(on);
    if (focused) layer.querySelector(`[data-field="${focused}"]`)?.focus();
  }
  function place(on) {
    for (const cut of document.querySelectorAll("#cuts .qb-cut")) {
      const value = number(document.getElementById(cut.dataset.field) || { value: "" });
      cut.style.left = `${on.at(value)}%`;
      cut.setAttribute("aria-valuemin", on.low);
      cut.setAttribute("aria-valuemax", on.high);
      cut.setAttribute("aria-valuenow", value);
    }
  }
  function put(field, value, event) {
    field.value = value;
    field.dispatchEvent(new Event(event, { bubbles: true }));
  }

  document.addEventListener("pointerdown", (event) => {
    const cut = event.target.closest?.(".qb-cut");
    if (!cut || event.button) return;
    event.preventDefault();
    cut.focus();
    cut.setPointerCapture(event.pointerId);
    dragged = { field: cut.dataset.field, moving: false };
  });
  document.addEventListener("pointermove", (event) => {
    const on = dragged && scale(), field = dragged && document.getElementById(dragged.field);
    if (!on || !field) return;
    dragged.moving = true;
    const all = fields(), x = event.clientX - on.box.getBoundingClientRect().left;
    const value = within(all, all.indexOf(field), on.round(on.value(x)), on.step);
    if (value !== number(field)) put(field, value, "input");
  });
  document.addEventListener("pointerup", () => {
    const field = dragged?.moving && document.getElementById(dragged.field);
    dragged = null;
    if (field) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("pointercancel", () => { dragged = null; });

  const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
  document.addEventListener("keydown", (event) => {
    const cut = event.target.closest?.(".qb-cut"), on = cut && scale();
    if (!on) return;
    const all = fields(), field = document.getElementById(cut.dataset.field);
    const goal = event.key === "Home" ? on.low : event.key === "End" ? on.high
      : event.key in STEPS ? on.round(number(field) + STEPS[event.key] * on.step) : null;
    if (goal === null) return;
    event.preventDefault();
    put(field, within(all, all.indexOf(field), goal, on.step), "change");
  });

  document.addEventListener("click", (event) => {
    const cuts = event.target.closest?.("[data-cuts]")?.dataset.cuts;
    if (!cuts) return;
    const all = fields(), values = cuts.split(" ");
    all.forEach((field, place) => { if (place < values.length) field.value = values[place]; });
    all[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Limits of scores: several fields at once.
  document.addEventListener("click", (event) => {
    const fill = event.target.closest?.("[data-fill]")?.dataset.fill;
    if (!fill) return;
    const filled = Object.entries(JSON.parse(fill)).map(([id, value]) => [document.getElementById(id), value]).filter(([field]) => field);
    for (const [field, value] of filled) field.value = value;
    filled[0]?.[0].dispatchEvent(new Event("change", { bubbles: true }));
  });

  for (const name of ["input", "change"]) document.addEventListener(name, (event) => { if (event.target.id?.startsWith("f-bins-")) draw(); });
  for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, draw);
  window.addEventListener("resize", draw);
})();
