import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { format, resolveConfig } from 'prettier';
import type { Figure } from './figure.js';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const BEGIN = '<!-- figures: written by npm run bench -- --write -->';
const END = '<!-- end of figures -->';

function machine(): string {
	const [first] = cpus();
	const gigabytes = Math.round(totalmem() / 2 ** 30);
	return `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.versions.node} on ${String(cpus().length)} cores (${first?.model.trim() ?? 'unknown'}), ${String(gigabytes)} GiB of memory.`;
}

/** Puts the figures between the marks in docs/performance.md. */
export async function writePage(
	figures: readonly Figure[],
	behind: readonly string[],
): Promise<void> {
	const page = readFileSync(PAGE, 'utf8');
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin === -1 || end < begin) throw new Error('docs/performance.md has lost its marks');
	const lines = [
		machine(),
		'',
		'| what | measured | must reach | |',
		'| --- | --- | --- | --- |',
		...figures.map(
			({ what, measured, mustReach, isReached }) =>
				`| ${what} | ${measured} | ${mustReach} | ${isReached ? 'ok' : '**missed**'} |`,
		),
		'',
		'Behind these:',
		'',
		...behind.map((sentence) => `- ${sentence}`),
	];
	const content = `${page.slice(0, begin + BEGIN.length)}\n\n${lines.join('\n')}\n\n${page.slice(end)}`;
	const options = await resolveConfig(PAGE);
	writeFileSync(PAGE, await format(content, { ...options, parser: 'markdown' }));
}
