// A request that a part of the page made and that failed must be seen, or people wait for nothing.
// What it asks for by itself now and then, nobody waits for.
document.addEventListener("htmx:responseError", (event) => showTrouble(event.detail.xhr.status, event.target));
document.addEventListener("htmx:sendError", (event) => showTrouble(0, event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("q-trouble")?.setAttribute("hidden", "");
});

function showTrouble(status, asking) {
  const box = document.getElementById("q-trouble");
  if (!box || "quiet" in asking.dataset) return;
  box.querySelectorAll("[data-status]").forEach((line) => {
    line.hidden = line.dataset.status !== (status ? "answered" : "silent");
  });
  box.hidden = false;
}

// A form that was saved need not be kept by the browser any longer (`builder_states.js`).
(() => {
  const saved = document.cookie.split("; ").find((one) => one.startsWith("quanxi_saved="));
  if (!saved) return;
  localStorage.removeItem(decodeURIComponent(saved.slice("quanxi_saved=".length)).replaceAll('"', ""));
  document.cookie = "quanxi_saved=; path=/; max-age=0; samesite=lax";
})();

// What was asked for beside the page is shown when it is there.
document.addEventListener("htmx:afterSwap", (event) => {
  const drawer = event.target.closest?.("dialog.q-drawer");
  if (drawer && !drawer.open) drawer.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog.q-drawer")) event.target.close();
});

// A step of the tour points at what it speaks of.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "tour") return;
  const points = event.target.querySelector("[data-points]")?.dataset.points;
  const at = points && document.querySelector(points);
  if (!at) return;
  at.classList.add("q-pointed");
  at.scrollIntoView({ block: "center" });
});

// Help for the page: ? from anywhere but a field that is written in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  event.preventDefault();
  document.getElementById("help-button")?.click();
});

// After a step was moved, added or removed, the keyboard goes on from there.
document.addEventListener("htmx:afterSettle", (event) => {
  const panel = event.target.closest?.(".q-clean[data-focus]");
  if (!panel) return;
  const at = panel.dataset.focus;
  panel.removeAttribute("data-focus");
  const step = panel.querySelectorAll(".q-clean-step")[at];
  (step ? step.querySelector("input:not([type=hidden]), select, textarea, button") : panel.querySelector("[data-add]"))?.focus();
});

// Drop a file anywhere on the box that asks for one.
document.addEventListener("dragover", (event) => {
  const box = event.target.closest?.(".q-drop");
  if (!box) return;
  event.preventDefault();
  box.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  event.target.closest?.(".q-drop")?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  const box = event.target.closest?.(".q-drop");
  if (!box) return;
  event.preventDefault();
  box.classList.remove("is-over");
  const input = box.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Copy what stands beside the button; where the browser does not let us, it is marked, ready for Ctrl-C.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(text);
  try {
    await navigator.clipboard.writeText(text.textContent);
  } catch {
    if (!document.execCommand("copy")) return;
  }
  button.querySelector("[data-before]").hidden = true;
  button.querySelector("[data-after]").hidden = false;
});

// The palette: Ctrl-K or ⌘K from anywhere, arrows to choose, Enter to open.
document.addEventListener("keydown", (event) => {
  const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  if (!asked || !document.getElementById("palette")) return;
  event.preventDefault();
  window.dispatchEvent(new CustomEvent("palette"));
});

function palette() {
  return {
    chosen: "",
    options() {
      return [...this.$root.querySelectorAll("[role=option]")];
    },
    toggle() {
      if (this.$root.open) return this.$root.close();
      this.$root.showModal();
      this.$refs.input.select();
      htmx.trigger(this.$refs.input, "find");
    },
    choose(place) {
      const options = this.options();
      options.forEach((option, index) => option.setAttribute("aria-selected", index === place));
      this.chosen = options[place]?.id || "";
      options[place]?.scrollIntoView({ block: "nearest" });
    },
    move(step) {
      const options = this.options();
      const now = options.findIndex((option) => option.id === this.chosen);
      if (options.length) this.choose((now + step + options.length) % options.length);
    },
    open(event) {
      // Enter ends what is being spelled in Chinese; it does not open anything yet.
      if (!event.isComposing) document.getElementById(this.chosen)?.click();
    },
  };
}
