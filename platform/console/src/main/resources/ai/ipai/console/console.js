// Draws the charts of a dashboard from the tables that the server sent: what is drawn and what is read cannot differ.
"use strict";
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  // Colours that people with colour blindness tell apart (after Okabe and Ito), for light and dark grounds.
  const palette = () => dark.matches
    ? ["#56b4e9", "#e69f00", "#2fc79b", "#f0e442", "#e08bbd", "#ff8a5c", "#a3b1bf"]
    : ["#0072b2", "#b86e00", "#00805e", "#8a6a00", "#a8477f", "#c44500", "#566472"];
  const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const plots = new Set();

  const read = place => {
    const columns = [...place.querySelectorAll("thead th")].map(th => ({ ...th.dataset, title: th.textContent, same: th.hidden }));
    const rows = [...place.querySelectorAll("tbody tr")].map(tr => [...tr.children].map(td => td.dataset.raw));
    return { columns, rows };
  };
  const number = text => (text === "" ? null : Number(text));
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  // As the table beside says it: a measure's format decides, on the axis in short.
  const decimals = (least, most) => new Intl.NumberFormat("en", { minimumFractionDigits: least, maximumFractionDigits: most });
  const money = decimals(2, 2), tenth = decimals(0, 1), plain = decimals(0, 3);
  const figure = (value, format) =>
    value == null ? "–"
    : format === "money" ? money.format(value)
    : format === "percent" ? tenth.format(value * 100) + "%"
    : format === "duration" ? tenth.format(value) + " h"
    : plain.format(value);
  const short = (value, format) =>
    format === "percent" || format === "duration" ? figure(value, format) : compact.format(value);
  // Months only where every date is the first of one; a week may begin on a first too.
  const labels = (texts, type) => {
    const length = type !== "time" ? undefined : texts.every(text => /^\d{4}-\d\d-01/.test(text)) ? 7 : 10;
    return text => text.slice(0, length);
  };

  // Shares, hours and amounts never share an axis: each format has a plot of its own.
  const byFormat = facet => {
    const formats = [...new Set(facet.columns.filter(c => c.role === "measure").map(c => c.format))];
    return formats.map(format => {
      const kept = facet.columns.map(c => c.role !== "measure" || c.format === format);
      const columns = facet.columns.filter((_, i) => kept[i]);
      const own = formats.length > 1 ? columns.filter(c => c.role === "measure").map(c => c.title).join(", ") : "";
      return { title: [facet.title, own].filter(Boolean).join(" · "), format, columns, rows: facet.rows.map(row => row.filter((_, i) => kept[i])) };
    });
  };

  // Amounts of different currencies never share an axis.
  const facets = table => byCurrency(table).flatMap(byFormat);
  const byCurrency = table => {
    const telling = table.columns.map(c => !c.same || c.name === "currency");
    const columns = table.columns.filter((_, i) => telling[i]), rows = table.rows.map(row => row.filter((_, i) => telling[i]));
    const at = columns.findIndex(c => c.role === "dimension" && c.name === "currency");
    if (at < 0) return [{ title: "", columns, rows }];
    const groups = Map.groupBy(rows, row => row[at]);
    const rest = columns.filter((_, i) => i !== at);
    return [...groups].map(([currency, own]) => ({ title: currency, columns: rest, rows: own.map(row => row.filter((_, i) => i !== at)) }));
  };

  const series = ({ columns, rows }) => {
    const dimensions = columns.map((c, i) => ({ ...c, i })).filter(c => c.role === "dimension");
    const measures = columns.map((c, i) => ({ ...c, i })).filter(c => c.role === "measure");
    const [axis, ...others] = dimensions;
    const categories = [...new Set(rows.map(row => (axis ? row[axis.i] : "")))];
    const names = new Map();
    const labelOf = d => labels(rows.map(row => row[d.i]), d.format);
    const shown = others.map(labelOf);
    for (const row of rows) {
      const group = others.map((d, k) => shown[k](row[d.i])).join(" · ");
      for (const measure of measures) {
        const name = [group, measures.length > 1 || !group ? measure.title : ""].filter(Boolean).join(" · ");
        if (!names.has(name)) names.set(name, new Array(categories.length).fill(null));
        names.get(name)[categories.indexOf(axis ? row[axis.i] : "")] = number(row[measure.i]);
      }
    }
    return { categories: categories.map(axis ? labelOf(axis) : String), isTime: axis?.format === "time", names };
  };

  const option = (chart, facet) => {
    const { categories, isTime, names } = series(facet);
    const ink = token("--ink"), muted = token("--muted"), line = token("--line");
    const common = {
      color: palette(), animation: !still.matches, textStyle: { color: ink, fontFamily: "system-ui, sans-serif", fontSize: 12 },
      legend: { type: "scroll", bottom: 0, textStyle: { color: ink }, pageTextStyle: { color: ink }, pageIconColor: ink },
      tooltip: { renderMode: "richText", confine: true, trigger: chart === "pie" ? "item" : "axis", backgroundColor: token("--card"), borderColor: line, textStyle: { color: ink }, valueFormatter: v => figure(Array.isArray(v) ? v[1] : v, facet.format) },
    };
    if (chart === "pie") {
      const [first] = names.values();
      return { ...common, series: [{ type: "pie", radius: ["40%", "70%"], label: { color: ink }, data: categories.map((name, i) => ({ name, value: first[i] })) }] };
    }
    const type = chart === "line" || chart === "area" ? "line" : "bar";
    // Lines keep the distance between their dates; a week without an incident is not skipped.
    const isScaled = isTime && type === "line";
    const points = data => isScaled ? data.map((value, i) => [categories[i].length === 7 ? categories[i] + "-01" : categories[i], value]) : data;
    let list = [...names].map(([name, data]) => ({ name, type, data: points(data), barMaxWidth: 36, connectNulls: true, symbolSize: 6,
      ...(chart === "stacked_bar" ? { stack: "all" } : {}), ...(chart === "area" ? { areaStyle: { opacity: .2 } } : {}) }));
    if (chart === "waterfall" && list.length) {
      let sum = 0;
      const below = list[0].data.map(v => { const from = sum; sum += v ?? 0; return Math.min(from, sum); });
      list = [{ name: "", type: "bar", stack: "all", stackStrategy: "all", data: below, itemStyle: { color: "transparent" }, tooltip: { show: false } },
        { ...list[0], stack: "all", stackStrategy: "all", data: list[0].data.map(v => ({ value: Math.abs(v ?? 0), itemStyle: { color: palette()[(v ?? 0) < 0 ? 5 : 2] } })) }];
    }
    return { ...common, grid: { left: 8, right: 16, top: 16, bottom: 44, containLabel: true },
      xAxis: { ...(isScaled ? { type: "time" } : { type: "category", data: categories }),
        axisLabel: { color: muted, hideOverlap: true, ...(!isScaled && categories.length <= 8 ? { interval: 0, width: 64, overflow: "break" } : {}) }, axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", axisLabel: { color: muted, formatter: v => short(v, facet.format) }, splitLine: { lineStyle: { color: line } } }, series: list };
  };

  const draw = place => {
    const chart = place.dataset.chart, host = place.querySelector(".plots");
    if (!host || host.childElementCount) return;
    const data = read(place);
    for (const facet of facets(data)) {
      const box = document.createElement("div");
      if (facet.title) { const title = document.createElement("p"); title.className = "plot-title"; title.textContent = facet.title; box.append(title); }
      const plot = document.createElement("div");
      box.append(plot); host.append(box);
      if (chart === "number") {
        plot.className = "number";
        plot.textContent = facet.rows.map(row => figure(number(row.at(-1)), facet.format)).join(" · ");
        continue;
      }
      plot.className = "plot";
      const drawn = echarts.init(plot, null, { renderer: "canvas" });
      drawn.setOption(option(chart, facet));
      plots.add({ drawn, chart, facet });
      // A second currency's plot beside it, a turned phone: the place changes, the canvas follows.
      new ResizeObserver(() => drawn.resize()).observe(plot);
    }
  };
  const drawAll = root => { if (window.echarts) for (const each of root.querySelectorAll("figure[data-chart]")) draw(each); };

  document.addEventListener("htmx:afterSettle", event => drawAll(event.target));
  document.addEventListener("htmx:responseError", event => {
    const place = event.detail.target, note = document.createElement("p");
    note.className = "notice bad"; note.textContent = "This tile could not be read (" + event.detail.xhr.status + ").";
    place.querySelector(".muted")?.replaceWith(note);
  });
  dark.addEventListener("change", () => { for (const { drawn, chart, facet } of plots) drawn.setOption(option(chart, facet), true); });
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
})();
