// Draws the charts of a dashboard, follows the page's light or dark, and makes one picture of it all.
(() => {
  const source = document.getElementById("dashboard-data");
  if (!source) return;
  const board = JSON.parse(source.textContent);
  const quiet = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
  const root = document.documentElement;
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.classList.contains("dark") || (document.body.classList.contains("p-alone") && systemDark.matches);

  const styled = (figure, theme) => ({ ...figure.layout, template: board.templates[theme] });

  async function draw() {
    const theme = isDark() ? "dark" : "light";
    for (const place of document.querySelectorAll("[data-chart]")) {
      const figure = board.charts[place.dataset.chart];
      await Plotly.react(place, figure.data, { ...styled(figure, theme), autosize: true }, quiet);
      place.dataset.drawn = theme;
      if (!place.dataset.opens) openable(place);
    }
    await drawLater(document);
    document.getElementById("dashboard")?.setAttribute("data-drawn", theme);
  }

  // What came afterwards brings its figure with it.
  async function drawLater(root) {
    for (const place of root.querySelectorAll("[data-later]")) {
      if (place.nextElementSibling?.type !== "application/json") continue;
      const figure = JSON.parse(place.nextElementSibling.textContent);
      await Plotly.react(place, figure.data, { ...styled(figure, isDark() ? "dark" : "light"), autosize: true }, quiet);
    }
  }

  // A province that is clicked opens its cities.
  function opensCities(place) {
    const cities = place.parentElement.querySelector("details.p-cities");
    if (!cities) return false;
    const select = cities.querySelector("select");
    cities.addEventListener("htmx:afterSwap", () => drawLater(cities));
    place.on("plotly_click", ({ points: [point] }) => {
      const [row, column] = [point.pointIndex].flat();
      const name = point.data.meta || board.charts[place.dataset.chart].layout.meta?.places?.[row]?.[column];
      const option = [...select.options].find((one) => name && one.dataset.value === name);
      if (!option) return;
      cities.open = true;
      select.value = option.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return true;
  }

  // A bar that is clicked opens the numbers beneath its chart, at its own row.
  function openable(place) {
    const behind = place.parentElement.querySelector("details.p-behind");
    place.dataset.opens = "yes";
    if (opensCities(place) || !behind) return;
    const mark = () => {
      behind.querySelectorAll("[data-place]").forEach((row) => row.classList.toggle("is-chosen", row.dataset.place === behind.dataset.chosen));
      behind.querySelector(".is-chosen a")?.focus();
    };
    behind.addEventListener("htmx:afterSwap", mark);
    place.on("plotly_click", ({ points: [point] }) => {
      behind.dataset.chosen = String(point.pointIndex);
      behind.open = true;
      mark();
    });
  }

  // One tall picture, always light: it is for slides and paper.
  const WIDTH = 1440, MARGIN = 40, GAP = 20, COLUMNS = 3, SCALE = 2;
  const INK = { strong: "#121926", text: "#364152", quiet: "#697586", line: "#e4e7ec", sunken: "#f8f9fb", paper: "#ffffff" };
  const COLUMN = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
  const HEAD = 34, PAD = 14;

  async function picture() {
    const parts = layout();
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH * SCALE;
    canvas.height = parts.height * SCALE;
    const pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.fillStyle = INK.paper;
    pen.fillRect(0, 0, WIDTH, parts.height);
    parts.words.forEach((word) => write(pen, word));
    for (const box of parts.boxes) await drawBox(pen, box);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // Where everything goes: words, and boxes with a chart in each, column by column.
  function layout() {
    const words = [], boxes = [];
    let y = MARGIN;
    const say = (text, size, color, weight = 400) => {
      for (const line of wrapped(text, size, weight, WIDTH - 2 * MARGIN)) {
        words.push({ text: line, x: MARGIN, y: y + size, size, color, weight });
        y += size * 1.45;
      }
    };
    say(board.head.title, 28, INK.strong, 650);
    if (board.head.lead) say(board.head.lead, 15, INK.text);
    say(board.head.status, 14, INK.quiet);
    y += 14;
    y = layNumbers(words, boxes, y);
    if (board.over.length + board.under.length) y = layStandouts(words, boxes, y);
    board.sections.forEach((section) => {
      words.push({ text: section.title, x: MARGIN, y: y + 20, size: 18, color: INK.strong, weight: 650 });
      layKey(words, boxes, y + 18);
      y = layCharts(section.charts, boxes, y + 34) + 16;
    });
    words.push({ text: board.head.made, x: MARGIN, y: y + 12, size: 12, color: INK.quiet, weight: 400 });
    return { words, boxes, height: Math.ceil(y + MARGIN) };
  }

  function layNumbers(words, boxes, top) {
    const across = Math.max(1, board.numbers.length);
    const width = (WIDTH - 2 * MARGIN) / across;
    board.numbers.forEach((number, place) => {
      const x = MARGIN + place * width;
      boxes.push({ x, y: top, width, height: 86 });
      const beside = number.tgi ? `${board.words.everyone} ${number.beside} · TGI ${number.tgi}` : number.beside;
      words.push({ text: number.label, x: x + PAD, y: top + 24, size: 12, color: INK.quiet, weight: 400 });
      words.push({ text: number.text, x: x + PAD, y: top + 52, size: 24, color: INK.strong, weight: 650 });
      words.push({ text: beside, x: x + PAD, y: top + 73, size: 11.5, color: INK.quiet, weight: 400, room: width - 2 * PAD });
    });
    return top + (board.numbers.length ? 86 + 22 : 0);
  }

  function layStandouts(words, boxes, top) {
    const width = (WIDTH - 2 * MARGIN - GAP) / 2;
    words.push({ text: board.words.standouts, x: MARGIN, y: top + 20, size: 18, color: INK.strong, weight: 650 });
    const height = 20 + 26 * Math.max(board.over.length, board.under.length, 1) + 26;
    [[board.over, board.words.over, "▲"], [board.under, board.words.under, "▼"]].forEach(([rows, title, sign], place) => {
      const x = MARGIN + place * (width + GAP), y = top + 34;
      boxes.push({ x, y, width, height });
      words.push({ text: title, x: x + PAD, y: y + 24, size: 13.5, color: INK.strong, weight: 620 });
      rows.forEach((row, line) => {
        const base = y + 50 + 26 * line;
        words.push({ text: `${row.value}  ·  ${row.subject}`, x: x + PAD, y: base, size: 13.5, color: INK.text, weight: 500, room: width - 320 });
        words.push({ text: `${sign} TGI ${row.tgi}`, x: x + width - 230, y: base, size: 13.5, color: INK.strong, weight: 650, right: true });
        words.push({ text: `${row.share}  /  ${row.everyone}`, x: x + width - 95, y: base, size: 13, color: INK.text, weight: 400, right: true });
        words.push({ text: `n ${row.n}`, x: x + width - PAD, y: base, size: 12, color: INK.quiet, weight: 400, right: true });
      });
    });
    return top + 34 + height + 26;
  }

  // Which colour is whose, at the right of a section's title.
  function layKey(words, boxes, base) {
    const room = 90;
    [[board.words.group, board.colors.group], [board.words.everyone, board.colors.everyone]].forEach(([text, fill], place) => {
      const x = WIDTH - MARGIN - room * (2 - place);
      boxes.push({ x, y: base - 10, width: 11, height: 11, fill });
      words.push({ text, x: x + 17, y: base, size: 12.5, color: INK.quiet, weight: 400, room: room - 22 });
    });
  }

  function layCharts(charts, boxes, top) {
    const ends = Array(COLUMNS).fill(top);
    charts.forEach((chart) => {
      const column = ends.indexOf(Math.min(...ends));
      const height = board.charts[chart.slug].layout.height + HEAD + PAD;
      boxes.push({ x: MARGIN + column * (COLUMN + GAP), y: ends[column], width: COLUMN, height, chart });
      ends[column] += height + GAP;
    });
    return Math.max(...ends);
  }

  async function drawBox(pen, box) {
    if (box.fill) {
      pen.fillStyle = box.fill;
      pen.fillRect(box.x, box.y, box.width, box.height);
      return;
    }
    pen.strokeStyle = INK.line;
    pen.lineWidth = 1;
    pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    if (!box.chart) return;
    const { title, note, slug } = box.chart;
    write(pen, { text: title, x: box.x + PAD, y: box.y + 24, size: 14, color: INK.strong, weight: 620, room: box.width * 0.55 });
    write(pen, { text: note, x: box.x + box.width - PAD, y: box.y + 24, size: 11.5, color: INK.quiet, weight: 400, right: true, room: box.width * 0.4 });
    const figure = board.charts[slug], width = box.width - 2 * PAD, height = figure.layout.height;
    const size = { format: "svg", width, height };
    const image = new Image();
    image.src = await Plotly.toImage({ data: figure.data, layout: { ...styled(figure, "light"), width, height } }, size);
    await image.decode();
    pen.drawImage(image, box.x + PAD, box.y + HEAD, width, height);
  }

  const font = (size, weight) => `${weight} ${size}px ${board.font}`;

  function write(pen, { text, x, y, size, color, weight, right, room }) {
    pen.font = font(size, weight);
    pen.fillStyle = color;
    pen.textAlign = right ? "right" : "left";
    pen.fillText(shortened(pen, text, room), x, y);
  }

  function shortened(pen, text, room) {
    if (!room || pen.measureText(text).width <= room) return text;
    let kept = [...text];
    while (kept.length && pen.measureText(kept.join("") + "…").width > room) kept.pop();
    return kept.join("") + "…";
  }

  function wrapped(text, size, weight, room) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font(size, weight);
    const lines = [""];
    for (const piece of text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) ?? []) {
      if (pen.measureText(lines[lines.length - 1] + piece).width > room) lines.push("");
      lines[lines.length - 1] += piece;
    }
    return lines;
  }

  // A dashboard drawn anew loads the page again; not while a picture of this one is being made.
  const AFTER_DOWNLOAD = 2000;
  let making = 0;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (making) event.preventDefault();
  });

  async function downloadPicture(button) {
    making += 1;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await picture());
      link.download = button.dataset.downloadPng;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } finally {
      setTimeout(() => (making -= 1), AFTER_DOWNLOAD);
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  document.querySelectorAll("[data-download-png]").forEach((button) => button.addEventListener("click", () => downloadPicture(button)));
  new MutationObserver(draw).observe(root, { attributes: true, attributeFilter: ["class"] });
  systemDark.addEventListener("change", draw);
  draw();
})();
