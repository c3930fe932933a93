/** Time to detect against calls, as a picture: both axes logarithmic, one line a rule, its name at its end. */
export type Plotted = { name: string; points: { calls: number; minutes: number }[] }[];

const WIDE = 860;
const HIGH = 460;
const LEFT = 70;
const RIGHT = 330;
const TOP = 48;
const BOTTOM = 56;
/** Names at the ends of lines stand at least so far apart. */
const LINE_PX = 18;
const COLOURS = ['#0b6e4f', '#5aa583', '#c1121f', '#e07a1f', '#8a5a00', '#6a4c93', '#3a6ea5', '#1d3557'];
const CALLS = [16, 32, 48, 96, 192, 384];
const MINUTES = [8, 15, 30, 60, 120, 240, 480, 960, 1_920];

type Scale = (value: number) => number;

export function plotSvg(plotted: Plotted): string {
  const lines = plotted.map(({ name, points }, i) => ({
    name,
    colour: COLOURS[i % COLOURS.length] ?? '#000',
    points: points.filter(({ minutes }) => Number.isFinite(minutes)).toSorted((a, b) => a.calls - b.calls),
  }));
  const x = logScale(CALLS, [LEFT, WIDE - RIGHT]);
  const y = logScale(MINUTES, [HIGH - BOTTOM, TOP]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${HIGH}" font-family="sans-serif" font-size="12" role="img" aria-label="Time until a fault is found against calls">`,
    `<rect width="${WIDE}" height="${HIGH}" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="bold">95 of 100 faults are found within so many minutes</text>`,
    ...axes(x, y),
    // Ours last, so that they lie on top.
    ...lines.toReversed().map(({ colour, points }) => curve(points, { colour, x, y })),
    ...names(lines, y),
    '</svg>',
    '',
  ].join('\n');
}

function logScale(ticks: readonly number[], [from, to]: [number, number]): Scale {
  const [least, most] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 1)];
  return (value) => Math.round((from + ((Math.log(value) - least) / (most - least)) * (to - from)) * 10) / 10;
}

function axes(x: Scale, y: Scale): string[] {
  const [bottom, right] = [HIGH - BOTTOM, WIDE - RIGHT];
  return [
    ...MINUTES.map(
      (minutes) =>
        `<path d="M${LEFT} ${y(minutes)}H${right}" stroke="#ddd"/><text x="${LEFT - 8}" y="${y(minutes) + 4}" text-anchor="end">${minutes}</text>`,
    ),
    ...CALLS.map(
      (calls) =>
        `<path d="M${x(calls)} ${TOP}V${bottom}" stroke="#eee"/><text x="${x(calls)}" y="${bottom + 18}" text-anchor="middle">${calls}</text>`,
    ),
    `<text x="${(LEFT + right) / 2}" y="${bottom + 40}" text-anchor="middle">calls a store and day</text>`,
    `<text transform="translate(18 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">minutes</text>`,
  ];
}

type Point = { calls: number; minutes: number };

function curve(points: readonly Point[], { colour, x, y }: { colour: string; x: Scale; y: Scale }): string {
  const path = points.map(({ calls, minutes }, i) => `${i === 0 ? 'M' : 'L'}${x(calls)} ${y(minutes)}`).join('');
  const dots = points.map(
    ({ calls, minutes }) => `<circle cx="${x(calls)}" cy="${y(minutes)}" r="3" fill="${colour}"/>`,
  );
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
}

/** At the height of the line's end, and below whoever stands there already; a line that never ends says so. */
function names(lines: readonly { name: string; colour: string; points: readonly Point[] }[], y: Scale): string[] {
  let free = 0;
  return lines
    .map(({ name, colour, points }) => ({ name, colour, at: points.at(-1)?.minutes ?? null }))
    .toSorted((a, b) => (b.at ?? Infinity) - (a.at ?? Infinity))
    .map(({ name, colour, at }) => {
      const height = Math.max(at === null ? TOP : y(at) + 4, free);
      free = height + LINE_PX;
      const said = at === null ? `${name}: never for 5 of 100` : name;
      return `<text x="${WIDE - RIGHT + 12}" y="${height}" fill="${colour}">${said}</text>`;
    });
}
