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
    // A column of a sheet: one value a cell. The server says what each is called, and which nobody has.
    paste(event) {
      const cells = event.clipboardData.getData("text").split(/[\r\n\t]+/).map((cell) => cell.trim()).filter(Boolean);
      if (cells.length < 2) return;
      event.preventDefault();
      this.add(cells);
      const box = this.$refs.pasted;
      if (box) htmx.ajax("POST", box.dataset.url, { source: box, target: box, swap: "innerHTML", values: { pasted: cells } });
    },
    pasted() {
      const found = JSON.parse(this.$refs.pasted.querySelector("script").textContent);
      const meant = new Map(found.map((one) => [one.text, one]));
      for (const one of found) this.labels[one.value] = one.label;
      this.values = [...new Set(this.values.map((value) => meant.get(value)?.value ?? value))];
      this.changed();
    },
    unpasted(event) {
      const gone = event.target.closest("[data-unknown]")?.dataset.unknown.split("\n");
      if (!gone) return;
      this.values = this.values.filter((value) => !gone.includes(value));
      event.target.closest("[data-unknown]").remove();
      this.changed();
      this.$refs.entry.focus();
    },
    tick(event) {
      const box = event.target, whole = box.matches("[data-all]");
      const leaves = whole ? [...box.closest("details").querySelectorAll("[data-region]")] : [box];
      const names = leaves.map((leaf) => leaf.dataset.region);
      this.values = box.checked ? [...new Set([...this.values, ...names])] : this.values.filter((value) => !names.includes(value));
      this.changed();
    },
    // Boxes follow the values: of a region that is chosen in part the box is neither.
    ticked() {
      const tree = this.$refs.tree;
      if (!tree) return;
      tree.querySelectorAll("[data-region]").forEach((leaf) => { leaf.checked = this.values.includes(leaf.dataset.region); });
      tree.querySelectorAll("[data-all]").forEach((whole) => {
        const leaves = [...whole.closest("details").querySelectorAll("[data-region]")], on = leaves.filter((leaf) => leaf.checked).length;
        whole.checked = on === leaves.length;
        whole.indeterminate = on > 0 && on < leaves.length;
      });
    },
    // The root is looked up at once: the button that dropped a value goes with it, and from there nothing is found.
    changed() { const root = this.$root; this.ticked(); this.$nextTick(() => root.dispatchEvent(new Event("change", { bubbles: true }))); },
  }));
});
/* A drop-down that is found in by typing: by name, by its sound, by its short name. The select holds the choice. */
document.addEventListener("alpine:init", () => {
  const parts = (text) => (text ? text.split("|") : []);
  const entry = (option) => ({
    value: option.value, label: option.textContent, heading: option.parentElement.label || "",
    names: [option.textContent, ...parts(option.dataset.others)].map((name) => name.toLowerCase()), sounds: parts(option.dataset.sounds),
  });
  // As the palette ranks: begins with it, has it somewhere, sounds like it.
  const rank = (one, query) => {
    if (one.names.some((name) => name.startsWith(query))) return 0;
    if (one.names.some((name) => name.includes(query))) return 1;
    const heard = query.replaceAll(" ", "");
    return one.sounds.some((sound) => sound.startsWith(heard)) ? 2 : 3;
  };

  Alpine.data("finder", () => ({
    open: false, at: -1, query: "", known: [],
    init() {
      const select = this.$refs.select;
      this.known = [...select.options].filter((option) => option.value).map(entry);
      select.tabIndex = -1;
      select.setAttribute("aria-hidden", "true");
      select.addEventListener("change", () => this.written());
    },
    written() { this.$refs.entry.value = this.$refs.select.selectedOptions[0]?.textContent || ""; },
    options() { return [...this.$refs.list.querySelectorAll("[role=option]")]; },
    show() {
      if (this.open) return;
      this.query = "";
      this.draw();
      this.opened(true);
      this.$nextTick(() => this.$refs.list.scrollIntoView({ block: "nearest" }));
      this.mark(this.options().findIndex((option) => option.dataset.value === this.$refs.select.value));
    },
    opened(open) { this.open = open; this.$refs.entry.setAttribute("aria-expanded", open); if (!open) this.$refs.entry.removeAttribute("aria-activedescendant"); },
    shut() { if (this.open) this.opened(false); this.written(); },
    left(event) { if (!this.$root.contains(event.relatedTarget)) this.shut(); },
    escape(event) { if (!this.open) return; event.stopPropagation(); this.shut(); this.$refs.entry.select(); },
    find(event) {
      this.query = event.target.value.trim().toLowerCase();
      this.draw();
      this.opened(true);
      this.mark(this.options().length ? 0 : -1);
    },
    draw() {
      const found = this.query
        ? this.known.map((one) => [rank(one, this.query), one]).filter(([place]) => place < 3).sort((one, other) => one[0] - other[0]).map(([, one]) => one)
        : this.known;
      const make = (tag, className, text, more = {}) => Object.assign(document.createElement(tag), { className, textContent: text, ...more });
      const list = this.$refs.list, groups = new Map(found.map((one) => [one.heading, []]));
      found.forEach((one) => groups.get(one.heading).push(one));
      list.replaceChildren(...[...groups].map(([heading, some], place) => {
        const group = make("span", "qb-options-group", "", { role: "group" });
        if (heading) {
          const title = make("span", "qb-options-head", heading, { id: `${list.id}-g${place}` });
          group.setAttribute("aria-labelledby", title.id);
          group.append(title);
        }
        group.append(...some.map((one) => {
          const option = make("span", "qb-option", one.label, { role: "option", id: `${list.id}-${this.known.indexOf(one)}` });
          option.dataset.value = one.value;
          option.setAttribute("aria-selected", "false");
          if (one.value !== one.label) option.append(make("span", "", one.value));
          return option;
        }));
        return group;
      }));
      if (!found.length) list.append(make("span", "qb-note", this.$refs.entry.dataset.none));
    },
    mark(place) {
      this.at = place;
      this.options().forEach((option, index) => {
        option.setAttribute("aria-selected", index === place);
        if (index !== place) return;
        this.$refs.entry.setAttribute("aria-activedescendant", option.id);
        this.$nextTick(() => option.scrollIntoView({ block: "nearest" }));
      });
    },
    step(by) {
      if (!this.open) return this.show();
      const count = this.options().length;
      if (count) this.mark((this.at + by + count) % count);
    },
    enter(event) {
      // Enter also ends what is being spelled in Chinese; nothing is chosen by that, and nothing is sent.
      event.preventDefault();
      if (event.isComposing) return;
      if (!this.open) return this.show();
      const option = this.options()[this.at];
      if (option) this.pick(option.dataset.value);
    },
    choose(event) { const option = event.target.closest("[role=option]"); if (option) this.pick(option.dataset.value); },
    pick(value) {
      const select = this.$refs.select, other = select.value !== value;
      select.value = value;
      this.shut();
      if (other) select.dispatchEvent(new Event("change", { bubbles: true }));
    },
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
