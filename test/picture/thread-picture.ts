/** What a thread shows at a moment: who said what, and how the last message grew. */
export type Person = { readonly name: string; readonly bot: boolean; readonly colour: string };
export type Seen = {
  readonly author: Person;
  readonly time: string;
  /** The texts that the message showed, one after another; all but the last message have one. */
  readonly states: readonly { readonly markdown: string; readonly buttons: readonly string[] }[];
};
export type Scene = { readonly thread: string; readonly channel: string; readonly messages: readonly Seen[] };

const width = 760;
const height = 730;
/** Seconds that each text of a growing message is shown, and that its end stands. */
const step = 0.45;
const rest = 5;

/**
 * A picture that any browser lays out by itself: HTML within SVG, so that lines flow in whatever font there is, and CSS that shows the
 * growing message's texts in turn. Without animation its last text stands.
 */
export function drawThread(scene: Scene): string {
  const description = scene.messages.map(({ author, states }) => `${author.name}: ${states.at(-1)?.markdown ?? ""}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
<title id="title">A Discord thread in which Parley's answer grows</title>
<desc id="desc">${escaped(description.join("\n"))}</desc>
<foreignObject width="${width}" height="${height}">
<div xmlns="http://www.w3.org/1999/xhtml" class="thread">
<style>${style}${scene.messages.map(({ states }) => growth(states.length)).join("")}</style>
<header><b>${escaped(scene.thread)}</b><small>thread in #${escaped(scene.channel)}</small></header>
${scene.messages.map(drawMessage).join("\n")}
</div>
</foreignObject>
</svg>
`;
}

const style = `
.thread { box-sizing: border-box; height: ${height}px; overflow: hidden; border: 1px solid #4a4f5c; border-radius: 12px; background: #22252d; color: #dcdfe6;
  font: 15px/1.45 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif }
.thread header { display: flex; justify-content: space-between; align-items: baseline; padding: 12px 20px; border-bottom: 1px solid #3a3e49 }
.thread b { font-weight: 600; color: #f4f5f8 }
.thread small { font-size: 12px; color: #9298a6 }
.thread article { display: grid; grid-template-columns: 40px 1fr; gap: 0 14px; padding: 14px 20px 0 }
.thread i { display: block; width: 40px; height: 40px; border-radius: 50%; color: #fff; font: 600 17px/40px sans-serif; text-align: center }
.thread .badge { padding: 1px 5px; border-radius: 4px; background: #6a5bd6; color: #fff; font-size: 10px; font-weight: 700 }
.thread p { margin: 2px 0 6px }
.thread pre { margin: 4px 0 8px; padding: 10px 12px; border: 1px solid #363a45; border-radius: 6px; background: #191b21; white-space: pre-wrap }
.thread pre, .thread code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
.thread code { padding: 1px 4px; border-radius: 4px; background: #191b21 }
.thread .mention { padding: 0 4px; border-radius: 4px; background: #3d3f6b; color: #cdd0ff; font-weight: 500 }
.thread .button { display: inline-block; padding: 4px 14px; border-radius: 6px; background: #3a3e49; color: #f4f5f8; font-weight: 500 }
.thread .grows { position: relative; min-height: 130px }
.thread .grows > div { position: absolute; inset: 0; opacity: 0 }
.thread .grows > div:last-child { opacity: 1 }
`;

/** Each text has its time, and the last one the longest. */
function growth(count: number): string {
  if (count < 2) return "";
  const cycle = count * step + rest;
  const percent = (seconds: number) => ((100 * seconds) / cycle).toFixed(2);
  const frames = Array.from({ length: count }, (_, at) => {
    const [from, to] = [percent(at * step), percent(at === count - 1 ? cycle : (at + 1) * step)];
    const before = at === 0 ? "" : `0% { opacity: 0 } `;
    const after = at === count - 1 ? "" : ` ${to}%, 100% { opacity: 0 }`;
    return `@keyframes grow${at} { ${before}${from}% { opacity: 1 }${after} }
.thread .grows > div:nth-child(${at + 1}) { animation: grow${at} ${cycle}s steps(1, end) infinite }
`;
  });
  return `@media (prefers-reduced-motion: no-preference) {\n${frames.join("")}}\n`;
}

function drawMessage({ author, time, states }: Seen): string {
  const badge = author.bot ? ' <span class="badge">APP</span>' : "";
  const texts = states.map(({ markdown, buttons }) => {
    const labels = buttons.map((label) => `<span class="button">${escaped(label)}</span>`);
    return `<div>${toHtml(markdown)}${labels.join(" ")}</div>`;
  });
  return `<article><i style="background: ${author.colour}">${escaped(author.name.charAt(0))}</i>
<section><b>${escaped(author.name)}</b>${badge} <small>${time}</small>
<div${states.length > 1 ? ' class="grows"' : ""}>${texts.join("\n")}</div></section></article>`;
}

/** As much Markdown as the scene has: fences, bold, code, mentions. */
function toHtml(markdown: string): string {
  return markdown
    .split(/```\w*\n([\s\S]*?)(?:```|$)/)
    .map((part, at) => (at % 2 === 1 ? `<pre>${escaped(part.trimEnd())}</pre>` : paragraphs(part)))
    .join("");
}

const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => `<p>${inline(paragraph.trim())}</p>`)
    .join("");

const inline = (text: string): string =>
  escaped(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
    .replace(/@Parley/g, '<span class="mention">@Parley</span>');

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
