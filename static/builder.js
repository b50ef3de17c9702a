/* Pick one or many values from suggestions, or type them: the only behaviour of the rule form that htmx cannot give. */
document.addEventListener("alpine:init", () => {
  Alpine.data("picker", ({ many, name = "", values = [], labels = {} }) => ({
    many, name, values, labels, open: false, at: -1,
    show() { this.open = true; this.mark(-1); },
    shut() { this.open = false; },
    leave() { if (this.many && this.$refs.entry.value.trim()) this.take(this.$refs.entry.value); this.shut(); },
    options() { return [...this.$refs.list.querySelectorAll("[role=option]")]; },
    mark(place) {
      this.at = place;
      this.options().forEach((option, index) => {
        option.setAttribute("aria-selected", index === place);
        if (index === place) { option.scrollIntoView({ block: "nearest" }); this.$refs.entry.setAttribute("aria-activedescendant", option.id); }
      });
    },
    step(by) { this.open = true; const last = this.options().length - 1; this.mark(Math.max(-1, Math.min(last, this.at + by))); },
    choose(event) { const option = event.target.closest("[role=option]"); if (option) this.pick(option); },
    pick(option) { this.labels[option.dataset.value] = option.dataset.label; this.take(option.dataset.value); },
    enter() {
      const option = this.open ? this.options()[this.at] : null;
      if (option) this.pick(option);
      else if (this.many) this.take(this.$refs.entry.value);
      else this.shut();
    },
    take(value) {
      if (!this.many) { this.$refs.entry.value = value; this.shut(); this.changed(); return; }
      this.add([value]);
    },
    add(some) {
      for (const value of some.map((one) => one.trim())) if (value && !this.values.includes(value)) this.values.push(value);
      this.$refs.entry.value = "";
      this.changed();
    },
    back() { if (!this.$refs.entry.value && this.values.length) this.drop(this.values.length - 1); },
    drop(place) { this.values.splice(place, 1); this.changed(); },
    paste(event) {
      const cells = event.clipboardData.getData("text").split(/[\r\n\t]+/).filter((cell) => cell.trim());
      if (cells.length > 1) { event.preventDefault(); this.add(cells); }
    },
    changed() { this.$nextTick(() => this.$root.dispatchEvent(new Event("change", { bubbles: true }))); },
  }));
});
/* One change of the form at a time; what is typed or chosen while it is under way stays. */
(() => {
  let busy = false, sent = {}, newer = {}, caret = null;
  const fields = "#builder input[type=text][id][name], #builder input[type=date][id], #builder select[id]";
  const values = () => Object.fromEntries([...document.querySelectorAll(fields)].map((field) => [field.id, field.value]));
  // The server marks what it knows to be chosen; anything else was chosen meanwhile and is still to be told.
  const isNewlyChosen = (field) => field.value !== ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value;
  const isBoard = (event) => event.detail.target?.id === "builder";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isBoard(event)) return;
    if (busy) { event.preventDefault(); return; }
    busy = true; sent = values(); event.detail.target.classList.add("qb-busy");
  });
  document.addEventListener("click", (event) => {
    if (busy && event.target.closest("#builder button")) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isBoard(event)) return;
    const at = document.activeElement;
    caret = at?.id && at.selectionStart != null ? { id: at.id, range: [at.selectionStart, at.selectionEnd] } : null;
    newer = Object.fromEntries(Object.entries(values()).filter(([id, value]) => id in sent && sent[id] !== value));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "builder") return;
    busy = false;
    for (const [id, value] of Object.entries(newer)) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    newer = {};
    // Whoever has marked a number to type another one over it goes on doing so: htmx forgets marks from the first letter.
    if (caret && document.activeElement?.id === caret.id) document.activeElement.setSelectionRange(...caret.range);
    caret = null;
    // Not at once: what Alpine makes of the new form, such as the picked values, belongs to what is sent.
    setTimeout(() => {
      const chosen = [...document.querySelectorAll("#builder select[hx-post]")].find(isNewlyChosen);
      if (chosen) chosen.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isBoard(event) && !event.detail.successful) { busy = false; event.detail.target.classList.remove("qb-busy"); }
  });
})();
