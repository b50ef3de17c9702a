/* The states a rule form has been in: undo and redo. What is going on in a text field stays the browser's own undo.
   The latest state is kept by the browser until it is saved, and offered when the form is opened again. */
(() => {
  const MOST = 50;
  const NOT_KEPT = ["csrfmiddlewaretoken", "do", "save", "tried", "base", "over"];
  const KEPT_DAYS = 7;
  let opened = "", typing = 0;
  let form = null, now = "", past = [], future = [], going = null, waiting = [];

  const take = () => JSON.stringify([...new FormData(form)].filter(([name]) => !NOT_KEPT.includes(name)));
  const board = () => document.getElementById("builder");
  const busy = () => board().classList.contains("qb-busy");

  function note() {
    const seen = take();
    if (going || seen === now) return;
    past = [...past, now].slice(-MOST);
    future = [];
    now = seen;
    shown();
  }
  function shown() {
    form.querySelector("[data-state=undo]").disabled = !past.length;
    form.querySelector("[data-state=redo]").disabled = !future.length;
  }
  function step(name) {
    // Whoever presses twice means two steps.
    if (busy() || going) return waiting.push(name);
    note();
    const [from, to] = name === "undo" ? [past, future] : [future, past];
    if (!from.length) return;
    const state = from.pop();
    to.push(now);
    going = { name, back: () => { to.pop(); from.push(state); } };
    restore(state);
  }
  // What lies outside the board is set in place, the board is drawn by the server.
  function restore(state) {
    const values = {};
    for (const [name, value] of JSON.parse(state)) (values[name] ??= []).push(value);
    for (const field of form.elements) {
      if (!field.name || board().contains(field) || !(field.name in values)) continue;
      if (field.type === "radio") field.checked = values[field.name].includes(field.value);
      else if (field.tagName !== "BUTTON" && !NOT_KEPT.includes(field.name)) field.value = values[field.name][0];
    }
    const token = form.elements.csrfmiddlewaretoken.value;
    htmx.ajax("POST", form.dataset.build, { target: "#builder", swap: "outerHTML", values, headers: { "X-CSRFToken": token } });
  }

  function keepSoon() {
    clearTimeout(typing);
    typing = setTimeout(keep, 200);
  }
  function keep() {
    clearTimeout(typing);
    typing = 0;
    const state = take();
    try {
      if (state === opened && !("unsaved" in form.dataset)) localStorage.removeItem(form.dataset.typed);
      else localStorage.setItem(form.dataset.typed, JSON.stringify({ at: Date.now(), base: form.elements.base.value, state }));
    } catch { /* A browser that keeps nothing: the form works without. */ }
  }
  function kept() {
    try {
      return JSON.parse(localStorage.getItem(form.dataset.typed));
    } catch {
      return null;
    }
  }
  function offer() {
    const found = kept();
    if ("unsaved" in form.dataset) return keep();
    if (!found || found.state === opened) return;
    if (Date.now() - found.at > KEPT_DAYS * 864e5) return localStorage.removeItem(form.dataset.typed);
    const box = document.getElementById("qb-restore");
    box.querySelector("time").textContent = new Date(found.at).toLocaleString(document.documentElement.lang);
    box.hidden = false;
    box.addEventListener("click", (event) => {
      const answer = event.target.closest("[data-restore]")?.dataset.restore;
      if (!answer) return;
      box.hidden = true;
      if (answer === "no") return localStorage.removeItem(form.dataset.typed);
      // It was typed over what was saved then: whoever saved since is not overwritten unseen.
      form.elements.base.value = found.base;
      note();
      past = [...past, now].slice(-MOST);
      going = { name: "undo", back: () => past.pop() };
      restore(found.state);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    form = document.getElementById("rule-form");
    if (!form) return;
    form.querySelector(".qb-states").hidden = false;
    // What Alpine draws of the form, such as picked values, is there a moment later.
    setTimeout(() => { now = opened = take(); offer(); });
    form.addEventListener("input", keepSoon);
    form.addEventListener("change", keepSoon);
    window.addEventListener("pagehide", () => { if (typing) keep(); });
    form.addEventListener("change", (event) => { if (!event.target.matches("[hx-post]") && !busy()) setTimeout(note); });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-state]");
      if (button) step(button.dataset.state);
    });
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!form || event.target.id !== "builder") return;
    setTimeout(() => {
      if (!going) note();
      else arrived();
      keepSoon();
      if (waiting.length) step(waiting.shift());
    });
  });
  function arrived() {
    const said = document.getElementById("qb-said");
    said.textContent = said.dataset[going.name];
    going = null;
    now = take();
    shown();
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target?.id !== "builder" || event.detail.successful || !going) return;
    going.back();
    going = null;
    waiting = [];
    shown();
  });
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!form || !(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
    const at = document.activeElement;
    if (at?.matches("textarea, input:not([type=radio], [type=checkbox])") || at?.isContentEditable) return;
    event.preventDefault();
    step(key === "y" || event.shiftKey ? "redo" : "undo");
  });
})();
