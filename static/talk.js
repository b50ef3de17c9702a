// A review: marks at the figures, where a comment goes, and whom one may name with @.
(() => {
  const data = JSON.parse(document.getElementById("r-data").textContent);
  const compose = () => document.getElementById("r-compose");

  // The figures that can be commented on, as the page has drawn them.
  function figures() {
    const found = [...document.querySelectorAll("[data-chart]")].map((plot) => ["chart:" + plot.dataset.chart, plot.closest(".p-chart")?.querySelector("figcaption")]);
    const numbers = [...document.querySelectorAll(".p-number[data-figure]")].map((box) => ["number:" + box.dataset.figure, box]);
    return [...found, ...numbers].filter(([, place]) => place);
  }

  function counts() {
    const pins = JSON.parse(document.getElementById("r-pins").textContent);
    for (const [key, count] of Object.entries(pins)) {
      if (!key.startsWith("tag:")) continue;
      for (const start of ["chart:tag-steps-", "chart:tag-"]) {
        const chart = start + key.slice(4);
        if (document.querySelector(`[data-chart="${CSS.escape(chart.slice(6))}"]`)) pins[chart] = (pins[chart] ?? 0) + count;
      }
    }
    return pins;
  }

  function pin() {
    const pins = counts();
    for (const [key, place] of figures()) {
      let mark = place.querySelector(".r-pin");
      if (!mark) {
        if (!compose()) continue;
        mark = document.createElement("button");
        mark.type = "button";
        mark.className = "r-pin";
        mark.dataset.pin = key;
        mark.innerHTML = '<span class="material-symbols-outlined" aria-hidden="true">add_comment</span>';
        place.append(mark);
      }
      const count = pins[key] ?? 0;
      mark.classList.toggle("is-used", count > 0);
      // Shown by the style sheet: beside an icon it would be no part of the name that is read out.
      if (count) mark.dataset.count = count;
      else delete mark.dataset.count;
      const words = count ? `${data.words.comment} (${data.words.comments.replace("%(count)s", count)})` : data.words.comment;
      mark.title = words;
      mark.setAttribute("aria-label", words);
    }
  }

  function aim(to, words, text) {
    const box = compose(), form = box.querySelector("form");
    form.elements.to.value = to;
    box.querySelector("[data-title]").textContent = words;
    box.querySelector("[data-fresh]").hidden = !to;
    box.querySelector("[data-only-new]").hidden = Boolean(to);
    box.querySelector("[data-only-files]").hidden = /^(edit|decision):/.test(to);
    if (text !== undefined) form.elements.text.value = text;
    box.scrollIntoView({ block: "nearest" });
    form.elements.text.focus({ preventScroll: true });
  }

  function lit(place) {
    if (!place) return;
    place.scrollIntoView({ block: "center" });
    place.classList.add("is-lit");
    setTimeout(() => place.classList.remove("is-lit"), 1800);
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-pin]");
    if (mark) {
      aim("", data.words.new);
      compose().querySelector("[name=anchor]").value = mark.dataset.pin;
      const about = document.querySelector(`.r-thread[data-anchor="${CSS.escape(mark.dataset.pin)}"]`);
      if (about) about.classList.add("is-lit"), setTimeout(() => about.classList.remove("is-lit"), 1800);
      return;
    }
    const target = event.target.closest("[data-to]");
    if (target && compose()) {
      event.preventDefault();
      const of = target.dataset.of && document.getElementById(target.dataset.of);
      aim(target.dataset.to, target.dataset.words, of ? of.innerText : undefined);
      return;
    }
    if (event.target.closest("[data-fresh]")) aim("", data.words.new, "");
    const go = event.target.closest("[data-go]");
    if (!go) return;
    const key = go.dataset.go.replace(/^tag:/, "chart:tag-");
    const steps = go.dataset.go.replace(/^tag:/, "chart:tag-steps-");
    const found = figures().find(([at]) => at === key || at === steps);
    lit(found && (found[1].closest(".p-chart") ?? found[1]));
  });

  document.addEventListener("change", (event) => {
    if (event.target.name !== "files") return;
    const label = event.target.closest("label").querySelector("[data-attached]");
    label.textContent = [...event.target.files].map((file) => file.name).join(", ");
  });

  // @ and the beginning of a name: the people and departments it may be, to choose by mouse or arrows.
  let chosen = 0, offered = [];

  function begun(area) {
    const before = area.value.slice(0, area.selectionStart);
    return before.match(/@([^\s@]{0,20})$/)?.[1];
  }

  function offer(area) {
    const list = document.getElementById("r-names"), start = begun(area);
    const names = [...data.people, ...data.departments.filter((name) => !data.people.includes(name))];
    offered = start === undefined ? [] : names.filter((name) => name.toLowerCase().startsWith(start.toLowerCase()) && name !== start).slice(0, 8);
    chosen = 0;
    list.hidden = !offered.length;
    list.replaceChildren(...offered.map((name, place) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", place === chosen);
      item.textContent = name;
      if (data.departments.includes(name)) {
        const note = document.createElement("small");
        note.textContent = data.words.department;
        item.append(" ", note);
      }
      item.addEventListener("mousedown", (event) => { event.preventDefault(); put(area, name); });
      return item;
    }));
  }

  function put(area, name) {
    const end = area.selectionStart, start = end - begun(area).length;
    area.setRangeText(name + " ", start, end, "end");
    offer(area);
  }

  document.addEventListener("input", (event) => event.target.id === "r-text" && offer(event.target));
  document.addEventListener("focusout", (event) => {
    if (event.target.id === "r-text") document.getElementById("r-names").hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    const list = document.getElementById("r-names");
    if (event.target.id !== "r-text" || !list || list.hidden) return;
    if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter" || event.key === "Tab") put(event.target, offered[chosen]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", place === chosen));
    } else return;
    event.preventDefault();
  });

  document.addEventListener("htmx:afterSettle", () => document.getElementById("r-pins") && pin());
  document.addEventListener("htmx:oobAfterSwap", pin);
  pin();
})();
