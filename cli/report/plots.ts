import { BarChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, GridComponent, SVGRenderer]);

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The value, for people. */
  readonly shown: string;
}

const WIDTH = 560;
const BAR = 26;
const LONGEST_NAME = 200;

/** Horizontal bars as an SVG element, the first one at the top. */
export function bars(all: readonly Bar[], color: string): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: all.length * BAR + 8 });
  const named = { width: LONGEST_NAME, overflow: "truncate", color: "#333", fontSize: 12 } as const;
  chart.setOption({
    animation: false,
    grid: { left: LONGEST_NAME + 12, right: 84, top: 4, bottom: 4 },
    xAxis: { type: "value", show: false },
    yAxis: {
      ...{ type: "category", inverse: true, data: all.map(({ name }) => name), axisLabel: { ...named, interval: 0 } },
      ...{ axisTick: { show: false }, axisLine: { show: false } },
    },
    series: [
      {
        ...{ type: "bar", barWidth: 16, itemStyle: { color, borderRadius: 2 } },
        data: all.map(({ value, shown }) => ({
          value,
          label: { show: true, position: "right", formatter: () => shown, color: "#333", fontSize: 12 },
        })),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
