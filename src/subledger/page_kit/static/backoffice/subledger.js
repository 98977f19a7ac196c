// Behaviour of the staff pages, by data attributes; every page works without it, only less conveniently.
//
//   data-chart="ID"          canvas: draws the JSON script with that id (parts/chart.html)
//   data-confirm="Text"      form: asks before it is sent
//   data-fill="JSON"         button: fills in inputs, values by their ids
//   data-formset="PREFIX"    lines that can be added and removed (parts/formset.html)
//   data-fit                 frame: as high as what is in it
//   data-found               what a search found: arrow keys go from the input through its rows, Enter opens one
//   data-global-search       the input that "/" goes to
//   data-key="n"             a link or button that Alt and that key press
//   data-drop-empty          form whose empty inputs stay out of the address
//   data-tick, data-tick-all ticks of a list: all at once, counted in its [data-ticked]
//   data-shown-for="NAME VALUE…" field: shown while the field of that name has one of these values
//   data-copy="ID"           button: copies the value of the input with that id
(() => {
  "use strict";

  const root = document.documentElement;

  // ---- keyboard: "/" searches, Esc leaves the search
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-global-search]");
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && search && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.altKey && !event.ctrlKey && !event.metaKey && !event.repeat) pressByKey(event);
    if (event.key === "Escape" && event.target === search) search.blur();
    if (["ArrowDown", "ArrowUp"].includes(event.key)) moveInFound(event, search);
  });

  function pressByKey(event) {
    const pressed = document.querySelector(`[data-key="${CSS.escape(event.code.replace("Key", "").toLowerCase())}"]`);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  }

  function moveInFound(event, search) {
    const rows = [...document.querySelectorAll("[data-found] td.col-strong a")];
    const at = rows.indexOf(event.target);
    if (!rows.length || (at < 0 && event.target !== search && event.target !== document.body)) return;
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    if (next < 0) search.focus();
    else rows[Math.min(next, rows.length - 1)].focus();
  }

  // Before anybody else: Tabler takes every .dropdown-menu for one of its own, and finds no button of it.
  window.addEventListener("keydown", (event) => {
    const menu = event.target.closest && event.target.closest("[data-menu]");
    if (!menu) return;
    moveInMenu(menu, event);
    if (["ArrowUp", "ArrowDown", "Escape"].includes(event.key)) event.stopPropagation();
  }, true);

  // ---- menus: a <details>, which opens without scripts; arrow keys move, Esc and a click elsewhere close
  function moveInMenu(menu, event) {
    const items = [...menu.querySelectorAll(".dropdown-item")];
    const at = items.indexOf(event.target.closest(".dropdown-item"));
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const next = { ArrowDown: (at + 1) % items.length, ArrowUp: at < 0 ? -1 : (at - 1 + items.length) % items.length, Home: 0, End: -1 }[event.key];
    if (next === undefined || (at < 0 && !event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    menu.open = true;
    items.at(next).focus();
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-menu]")) event.target.querySelector("summary").setAttribute("aria-expanded", String(event.target.open));
  }, true);

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) {
      const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      localStorage.setItem("subledger-theme", theme);
      root.dataset.bsTheme = theme;
    }
    event.target.closest("[data-close-message]")?.closest("[data-message]").remove();
    const add = event.target.closest("[data-add-row]");
    if (add) {
      event.preventDefault(); // without scripts the button asks the server for one more line
      addRow(add.closest("[data-formset]"));
    }
    const fill = event.target.closest("[data-fill]");
    if (fill) fillIn(JSON.parse(fill.dataset.fill));
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    if (event.target.matches("[data-select-all]")) event.target.select();
    const remove = event.target.closest("[data-remove-row]");
    if (remove) removeRow(remove.closest("[data-row]"));
  });

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // ---- what was typed and not sent is not left without a question
  let typed = null;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form.entry")) typed = event.target.form;
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) typed = null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed?.isConnected) event.preventDefault();
  });

  document.querySelector("[data-focus]")?.focus();

  // ---- ticks of a list
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick], [data-tick-all], .bulk [name=all]")) return;
    const ticks = [...document.querySelectorAll("[data-tick]")];
    const all = document.querySelector("[data-tick-all]");
    if (event.target === all) for (const tick of ticks) tick.checked = all.checked;
    const number = ticks.filter((tick) => tick.checked).length;
    all.checked = number === ticks.length;
    all.indeterminate = number > 0 && number < ticks.length;
    const said = document.querySelector("[data-ticked]");
    said.textContent = said.dataset.ticked.replace("{number}", number);
  });

  async function copyText(button) {
    const input = document.getElementById(button.dataset.copy);
    input.select();
    let word = button.dataset.selected; // where a page may not write to the clipboard, the keyboard copies it
    try {
      await navigator.clipboard.writeText(input.value);
      word = button.dataset.copied;
    } catch {
      input.focus();
    }
    button.querySelector("span").textContent = word;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.closest("[data-drop-empty]")) return;
    for (const [name, value] of [...event.detail.formData.entries()]) {
      if (value === "") event.detail.formData.delete(name);
    }
  });

  // ---- lines of a document
  function addRow(formset) {
    const total = formset.querySelector(`[name="${formset.dataset.formset}-TOTAL_FORMS"]`);
    const html = formset.querySelector("[data-empty-row]").innerHTML.replaceAll("__prefix__", total.value);
    const rows = formset.querySelector("[data-rows]");
    rows.insertAdjacentHTML("beforeend", html);
    total.value = Number(total.value) + 1;
    rows.lastElementChild.querySelector("input:not([type=hidden]), select, textarea").focus();
  }

  function fillIn(values) {
    const inputs = Object.keys(values).map((id) => document.getElementById(id));
    for (const input of inputs) input.value = values[input.id];
    inputs.at(-1).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function removeRow(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.querySelector('[name$="-DELETE"]').checked = true;
    row.hidden = true;
    row.dispatchEvent(new Event("change", { bubbles: true })); // the sum is worked out anew
    next?.querySelector("[data-remove-row]")?.focus();
  }

  // ---- charts
  const colour = (name) => {
    // light-dark() is resolved by a real property only, so the variable is read through one
    const probe = document.createElement("span");
    probe.style.color = `var(--sl-${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };

  const stacked = (part) => ({
    label: part.label,
    data: part.values,
    backgroundColor: colour(part.tone),
    maxBarThickness: 28,
  });

  // "1–30 days" as 1–30, "Over 120 days" as >120, in any language
  const brief = (label) => label.replace(/^(\d+–\d+)\D*$/, "$1").replace(/^\D+(\d+)\D*$/, ">$1");

  const charts = new Map();

  function draw(canvas) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const unit = 10 ** data.decimals;
    const narrow = canvas.parentElement.clientWidth < 600;
    const font = { family: "Inter, system-ui, sans-serif", size: 11 };
    const short = new Intl.NumberFormat(root.lang || "en", { notation: "compact", maximumFractionDigits: 1 });
    for (const [drawn, chart] of charts) {
      if (drawn === canvas || !drawn.isConnected) {
        chart.destroy();
        charts.delete(drawn);
      }
    }
    charts.set(canvas, new window.Chart(canvas, {
      type: "bar",
      data: {
        labels: data.labels.map((label) => (narrow ? brief(label) : label)),
        datasets: data.series ? data.series.map(stacked) : [{
          data: data.values,
          backgroundColor: data.tones.map(colour),
          borderRadius: 5,
          borderSkipped: "start",
          maxBarThickness: 64,
          minBarLength: 2,
        }],
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        onClick: (event, items) => { if (items.length && data.urls && data.urls[items[0].index]) window.location.href = data.urls[items[0].index]; },
        onHover: (event, items) => { canvas.style.cursor = items.length && data.urls && data.urls[items[0].index] ? "pointer" : ""; },
        plugins: {
          legend: { display: false },
          tooltip: {
            displayColors: false,
            callbacks: { title: (items) => data.labels[items[0].dataIndex], label: (item) => (data.series ? `${item.dataset.label}: ${item.raw}` : data.texts[item.dataIndex]) },
          },
        },
        scales: {
          x: { stacked: Boolean(data.series), grid: { display: false }, border: { color: colour("line") }, ticks: { color: colour("soft"), maxRotation: 0, autoSkip: Boolean(data.series) || data.labels.length > 6, autoSkipPadding: 8, font } },
          y: {
            stacked: Boolean(data.series),
            beginAtZero: true,
            border: { display: false },
            grid: { color: colour("line") },
            title: { display: Boolean(data.unit), text: data.unit, color: colour("soft"), font },
            ticks: { color: colour("soft"), maxTicksLimit: 5, precision: data.series ? 0 : undefined, font, callback: (value) => short.format(value / unit) },
          },
        },
      },
    }));
  }

  // ---- fields that are of use for some choices alone: what is hidden is not sent, what was refused stays in sight
  function showNeeded() {
    for (const field of document.querySelectorAll("[data-shown-for]")) {
      const [name, ...values] = field.dataset.shownFor.split(" ");
      const asked = field.closest("form")?.elements.namedItem(name);
      field.hidden = Boolean(asked) && !values.includes(asked.value) && !field.classList.contains("has-errors");
      for (const input of field.querySelectorAll("input, select, textarea")) input.disabled = field.hidden;
    }
    for (const card of document.querySelectorAll("fieldset.card:has([data-shown-for])")) {
      card.hidden = !card.querySelector(".field:not([hidden])");
    }
  }

  document.addEventListener("change", (event) => { if (event.target.form) showNeeded(); });
  document.addEventListener("htmx:afterSettle", showNeeded);
  showNeeded();

  // ---- frames as high as what they hold: a letter is read whole, and the page scrolls, not the frame
  function fit(frame) {
    const shown = frame.contentDocument && frame.contentDocument.documentElement;
    if (!shown) return;
    frame.style.height = "0";
    frame.style.height = `${shown.scrollHeight}px`;
  }

  function fitAll() {
    document.querySelectorAll("iframe[data-fit]").forEach(fit);
  }

  document.addEventListener("load", (event) => { if (event.target.matches && event.target.matches("iframe[data-fit]")) fit(event.target); }, true);
  window.addEventListener("resize", fitAll);
  fitAll();

  function drawAll() {
    if (window.Chart) document.querySelectorAll("canvas[data-chart]").forEach(draw);
  }

  // a canvas does not redraw itself when the font arrives, so the first drawing waits for it
  document.fonts.load("11px Inter").finally(drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
  new MutationObserver(drawAll).observe(root, { attributeFilter: ["data-bs-theme"] });
  // Tags of a template, offered while "#" is typed: data-completions has them by what the field "kind" of the form says.
  // Without this script they are typed whole; what nobody knows is refused when it is saved.
  let offered = null;

  function stopOffering() {
    if (offered) offered.list.remove();
    offered = null;
  }

  function take(name) {
    const { field, start } = offered;
    field.setRangeText(name, start, field.selectionStart, "end");
    stopOffering();
    field.focus();
  }

  function choose(step) {
    const all = [...offered.list.children];
    offered.at = (offered.at + step + all.length) % all.length;
    all.forEach((line, at) => line.setAttribute("aria-selected", String(at === offered.at)));
    all[offered.at].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset || !field.dataset.completions) return;
    stopOffering();
    const typed = /#([A-Za-z0-9_]*)$/.exec(field.value.slice(0, field.selectionStart));
    const kind = field.form.elements.kind;
    if (!typed) return;
    const known = JSON.parse(field.dataset.completions)[kind ? kind.value : ""] || [];
    const found = known.filter(([name]) => name.startsWith(typed[1].toUpperCase()));
    if (!found.length) return;
    const list = document.createElement("ul");
    list.className = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.completionsLabel);
    found.forEach(([name, about]) => {
      const line = document.createElement("li");
      const words = document.createElement("small");
      line.setAttribute("role", "option");
      words.textContent = ` ${about}`;
      line.append(`#${name}`, words);
      line.addEventListener("mousedown", (pressed) => { pressed.preventDefault(); take(name); });
      list.append(line);
    });
    field.after(list);
    offered = { field, list, at: -1, start: field.selectionStart - typed[1].length };
    choose(1);
  });

  document.addEventListener("keydown", (event) => {
    if (!offered || event.target !== offered.field) return;
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Enter" || event.key === "Tab") take(offered.list.children[offered.at].firstChild.textContent.slice(1));
    else if (event.key === "Escape") stopOffering();
    else return;
    event.preventDefault();
  });

  document.addEventListener("focusout", (event) => {
    if (offered && event.target === offered.field) stopOffering();
  });
})();
