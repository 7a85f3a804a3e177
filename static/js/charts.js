/* Charts of the year page. Colours come from the style sheet; tooltips are rich text, so no inline style is written. */
(function () {
  "use strict";

  function read(id) {
    var source = document.getElementById(id);
    return source ? JSON.parse(source.textContent) : null;
  }

  function palette() {
    var css = getComputedStyle(document.documentElement);
    return function (name) { return css.getPropertyValue("--ly-" + name).trim(); };
  }

  function base(color) {
    var text = { fontFamily: color("font"), color: color("ink-2"), fontSize: 13 };
    return {
      animation: false,
      textStyle: text,
      tooltip: {
        trigger: "axis", renderMode: "richText", backgroundColor: color("card"), borderColor: color("line"),
        textStyle: { fontFamily: color("font"), color: color("ink"), fontSize: 13 }
      }
    };
  }

  function axis(color, data) {
    return {
      type: "category", data: data, boundaryGap: false, axisTick: { show: false },
      axisLine: { lineStyle: { color: color("line-2") } }, axisLabel: { color: color("ink-2") }
    };
  }

  function yearOption(data) {
    var color = palette();
    var option = base(color);
    option.grid = { left: 48, right: 24, top: 32, bottom: 28 };
    option.legend = { top: 0, right: 0, textStyle: { color: color("ink-2") }, icon: "roundRect", itemHeight: 4 };
    option.xAxis = axis(color, data.months);
    option.yAxis = {
      type: "value", max: function (range) { return Math.ceil(Math.max(range.max, data.target) * 1.1 / 100) * 100; },
      splitLine: { lineStyle: { color: color("line") } }, axisLabel: { color: color("ink-2") }
    };
    option.series = [
      {
        name: data.names.now, type: "line", data: data.now, symbolSize: 7, lineStyle: { width: 3 }, color: color("c1"),
        markLine: {
          silent: true, symbol: "none", data: [{ yAxis: data.target }], lineStyle: { color: color("c4"), type: "solid" },
          label: { formatter: data.names.target, position: "insideStartTop", color: color("c4") }
        }
      },
      { name: data.names.before, type: "line", data: data.before, symbol: "none", lineStyle: { width: 2 }, color: color("c0") }
    ];
    return option;
  }

  function funnelOption(data) {
    var color = palette();
    var option = base(color);
    option.tooltip.trigger = "item";
    option.grid = { left: 72, right: 56, top: 4, bottom: 4 };
    option.xAxis = { type: "value", show: false };
    option.yAxis = {
      type: "category", data: data.names, inverse: true, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: { color: color("ink") }
    };
    option.series = [{
      type: "bar", data: data.values, barWidth: 18, color: color("c1"), itemStyle: { borderRadius: [0, 3, 3, 0] },
      showBackground: true, backgroundStyle: { color: color("sunk") },
      label: { show: true, position: "right", color: color("ink") }
    }];
    return option;
  }

  function draw(id, data, option) {
    var place = document.getElementById(id);
    if (!place || !data || !window.echarts) { return; }
    var chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(option(data));
    window.addEventListener("resize", function () { chart.resize(); });
    document.addEventListener("luyan:theme", function () { chart.setOption(option(data), true); });
  }

  document.addEventListener("DOMContentLoaded", function () {
    draw("chart-year", read("year-series"), yearOption);
    draw("chart-funnel", read("funnel-series"), funnelOption);
  });
})();
