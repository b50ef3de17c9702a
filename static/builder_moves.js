/* Conditions and groups go to another place: dragged by their handle, or by Alt+Shift and an arrow key. */
(() => {
  const command = (text) => {
    const button = document.getElementById("qb-command");
    button.value = text;
    button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || !event.key.startsWith("Arrow")) return;
    const part = event.target.closest?.("#builder [data-part]");
    if (!part) return;
    const own = [...part.querySelectorAll(`[data-key="${event.key}"]`)].find((button) => button.closest("[data-part]") === part);
    if (!own) return;
    event.preventDefault();
    own.click();
  });

  // One menu at a time, and none once something else is clicked.
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".qb-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".qb-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  let drag = null;
  // Values stay among values, filters of an event among its filters.
  const among = (path) => /^layers(\.\d+)?$/.test(path) ? "values" : `${path}.`.includes(".where.");
  const START = 5, EDGE = 60, SPEED = 12;

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-drag]");
    if (!handle || event.button) return;
    event.preventDefault();
    const part = handle.closest("[data-part]");
    drag = { path: handle.dataset.drag, part, from: event.clientY, line: null, slot: null };
    handle.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || (!drag.line && Math.abs(event.clientY - drag.from) < START)) return;
    if (!drag.line) {
      drag.line = Object.assign(document.createElement("div"), { className: "qb-drop-line" });
      drag.part.classList.add("is-dragged");
    }
    if (event.clientY < EDGE) window.scrollBy(0, -SPEED);
    if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, SPEED);
    drag.slot = slotAt(event.clientX, event.clientY);
    drag.slot?.list.insertBefore(drag.line, drag.slot.items[drag.slot.index] || null);
  });
  document.addEventListener("pointerup", () => {
    const { path, slot, line } = drag || {};
    ended();
    if (line && slot) command(`move ${path} ${slot.list.dataset.drop} ${slot.index}`);
  });
  document.addEventListener("pointercancel", () => ended());
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) ended(); });

  function ended() {
    drag?.line?.remove();
    drag?.part.classList.remove("is-dragged");
    drag = null;
  }

  // The innermost list under the pointer, else the nearest, and before which of its items.
  function slotAt(x, y) {
    const lists = [...document.querySelectorAll("#builder [data-drop]")]
      .filter((list) => among(list.dataset.drop) === among(drag.path) && !drag.part.contains(list));
    const near = lists.map((list) => [list, distance((list.closest("[data-part]") || list).getBoundingClientRect(), x, y)]);
    const least = Math.min(...near.map(([, far]) => far));
    const list = near.filter(([, far]) => far === least).pop()?.[0];
    if (!list) return null;
    const items = [...list.children].filter((child) => child.classList.contains("qb-item"));
    const after = items.findIndex((item) => { const box = item.getBoundingClientRect(); return y < box.top + box.height / 2; });
    return { list, items, index: after < 0 ? items.length : after };
  }

  function distance(box, x, y) {
    return Math.max(box.top - y, 0, y - box.bottom) + Math.max(box.left - x, 0, x - box.right) / 4;
  }
})();
