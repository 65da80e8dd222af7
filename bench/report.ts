import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import { format, resolveConfig } from 'prettier';
import type { Figure, Findings } from './figure.js';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const END = '<!-- end of figures -->';

function printFigures(figures: readonly Figure[]): void {
	const table = new Table({
		head: ['what', 'measured', 'must reach', ''],
		colWidths: [62, 28, 18, 6],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const { what, measured, mustReach, isReached } of figures) {
		table.push([what, measured, mustReach, mustReach === '' ? '' : isReached ? 'ok' : 'NO']);
	}
	console.log(table.toString());
}

function verdictOf({ mustReach, isReached }: Figure): string {
	if (mustReach === '') return '';
	return isReached ? 'ok' : '**missed**';
}

function machine(subject: string): string {
	const [first] = cpus();
	const gigabytes = Math.round(totalmem() / 2 ** 30);
	return `Measured on ${new Date().toISOString().slice(0, 10)} with ${subject} on ${String(cpus().length)} cores (${first?.model.trim() ?? 'unknown'}), ${String(gigabytes)} GiB of memory.`;
}

/** Puts the figures between the marks of a command in docs/performance.md. */
async function writePage(
	command: string,
	subject: string,
	figures: readonly Figure[],
	behind: readonly string[],
): Promise<void> {
	const page = readFileSync(PAGE, 'utf8');
	const mark = `<!-- figures: written by ${command} -- --write -->`;
	const begin = page.indexOf(mark);
	const end = page.indexOf(END, begin);
	if (begin === -1 || end === -1) throw new Error('docs/performance.md has lost its marks');
	const lines = [
		machine(subject),
		'',
		'| what | measured | must reach | |',
		'| --- | --- | --- | --- |',
		...figures.map(
			(figure) =>
				`| ${figure.what} | ${figure.measured} | ${figure.mustReach} | ${verdictOf(figure)} |`,
		),
		'',
		'Behind these:',
		'',
		...behind.map((sentence) => `- ${sentence}`),
	];
	const content = `${page.slice(0, begin + mark.length)}\n\n${lines.join('\n')}\n\n${page.slice(end)}`;
	const options = await resolveConfig(PAGE);
	writeFileSync(PAGE, await format(content, { ...options, parser: 'markdown' }));
}

/**
 * Prints what a bench has found, and puts it into docs/performance.md where that is wanted.
 *
 * @param subject what was measured, with its version
 * @returns whether all figures are reached
 */
export async function reportFindings(
	findings: readonly Findings[],
	{
		command,
		subject,
		isWriting,
	}: { readonly command: string; readonly subject: string; readonly isWriting: boolean },
): Promise<boolean> {
	const figures = findings.flatMap((found) => found.figures);
	const behind = findings.flatMap((found) => found.behind);
	printFigures(figures);
	for (const sentence of behind) console.log(`- ${sentence}`);
	if (isWriting) await writePage(command, subject, figures, behind);
	return figures.every(({ isReached }) => isReached);
}
