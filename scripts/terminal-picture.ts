import './check-runtime.ts';
import { readFileSync, writeFileSync } from 'node:fs';

/* terminal-picture.ts <text file> <svg file> <command>: draws what a command printed, for the README. */
const [from = '', to = '', command = ''] = process.argv.slice(2);
const lines = [`$ ${command}`, ...readFileSync(from, 'utf8').trimEnd().split('\n')];
const width = 28 + 8.5 * Math.max(...lines.map((line) => line.length));
const height = 30 + lines.length * 19;
const escaped = (line: string): string => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const text = lines
  .map(
    (line, index) =>
      `<text x="14" y="${28 + index * 19}" fill="${index === 0 ? '#7ee0a3' : '#dbe2ea'}">${escaped(line)}</text>`,
  )
  .join('\n');
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" viewBox="0 0 ${width.toFixed(0)} ${height}" role="img" aria-label="${escaped(command)}">
<rect width="100%" height="100%" rx="8" fill="#14202b"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${text}
</g>
</svg>
`,
);
