// Draws every figure.chart from the table inside it, so that both say the same.
"use strict";

(() => {
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const numeral = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
  const value = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));

  function read(figure) {
    const heads = [...figure.querySelectorAll("thead th")];
    const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells]);
    return {
      labels: rows.map((cells) => cells[0].dataset.value),
      axis: heads[0].textContent,
      series: heads.slice(1)
        .map((head, place) => ({
          name: head.textContent,
          colour: style(`--series-${(place % 8) + 1}`),
          look: head.dataset.marks,
          values: rows.map((cells) => value(cells[place + 1])),
        }))
        .filter((one) => one.values.some((each) => each !== null)),
    };
  }

  function dataset(one, kind, labels) {
    const { colour } = one;
    const isCurve = kind === "curve";
    const data = isCurve
      ? labels.map((x, at) => ({ x: Number(x), y: one.values[at] })).filter((point) => point.y !== null)
      : one.values;
    return {
      label: one.name,
      data,
      borderColor: colour,
      backgroundColor: kind === "line" || isCurve ? colour : `${colour}cc`,
      borderWidth: kind === "stacked" ? 0 : 2,
      borderDash: one.look === "dashed" ? [5, 4] : [],
      pointRadius: one.look === "points" ? 5 : data.length > 40 || isCurve ? 0 : 2,
      pointHitRadius: 8,
      showLine: one.look !== "points",
      pointStyle: kind === "stacked" ? "rectRounded" : "circle",
      clip: isCurve ? false : undefined,
      spanGaps: false,
      maxBarThickness: 28,
    };
  }

  function draw(figure) {
    const kind = figure.dataset.chart;
    const unit = figure.dataset.unit;
    const read_ = read(figure);
    const said = (number) =>
      unit === "%" ? `${numeral.format(number * 100)}%` : numeral.format(number) + (unit ? ` ${unit}` : "");
    const isCurve = kind === "curve";
    const ticks = { color: style("--quiet"), maxRotation: 0, autoSkipPadding: 16 };
    const grid = { color: style("--line") };
    const title = { display: isCurve, text: read_.axis, color: style("--quiet") };
    return new Chart(figure.querySelector("canvas"), {
      type: kind === "stacked" ? "bar" : "line",
      data: {
        labels: isCurve ? undefined : read_.labels,
        datasets: read_.series.map((one) => dataset(one, kind, read_.labels)),
      },
      options: {
        animation: false,
        layout: { padding: { top: 6, right: 8 } },
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: isCurve ? "nearest" : "index", intersect: false },
        scales: {
          x: { type: isCurve ? "linear" : "category", stacked: kind === "stacked", bounds: "data", ticks, grid: { display: false }, title },
          y: { beginAtZero: true, max: isCurve ? 1 : undefined, stacked: kind === "stacked", ticks: { ...ticks, callback: said, stepSize: isCurve ? 0.25 : undefined, autoSkip: !isCurve, maxTicksLimit: 6 }, grid },
        },
        plugins: {
          legend: {
            onClick: () => {},
            display: read_.series.length > 1,
            position: "bottom",
            labels: { color: style("--ink"), boxWidth: 10, boxHeight: 8, usePointStyle: true },
          },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${said(item.parsed.y)}` } },
        },
      },
    });
  }

  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = [];
  function drawAll() {
    for (const chart of drawn) chart.destroy();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawn = [...document.querySelectorAll("figure.chart")].map(draw);
    document.documentElement.dataset.charts = dark.matches ? "dark" : "light";
  }

  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:after:swap", drawAll);
  dark.addEventListener("change", drawAll);
})();
