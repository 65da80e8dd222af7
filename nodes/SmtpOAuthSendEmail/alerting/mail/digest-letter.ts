import type { Digest, DigestEntry } from '../problems/collect-digest';
import { SEVERITIES, type Severity } from '../problems/alert-state';
import { BADGES, countOf } from './alert-letter';
import type { Letter, LetterEntry, LetterList } from './letter';
import { showLine, webAddress } from './show-text';
import type { LocalTime } from './show-time';

/** Problems in one list: a longer mail is too much to read. */
const MAX_ENTRIES = 100;

/** Everything that a digest tells in numbers. */
interface DigestSummary {
	/** Problems with occurrences that were held back. */
	readonly problems: number;
	/** Occurrences that were held back. */
	readonly occurrences: number;
	/** Problems that are quiet again. */
	readonly quiet: number;
}

/** Counts what a digest lists. */
export function summaryOf({ held, quiet, forgotten }: Digest): DigestSummary {
	const occurrences = held.reduce((sum, entry) => sum + entry.held, forgotten);
	return { problems: held.length, occurrences, quiet: quiet.length };
}

function entryOf({ problem }: DigestEntry, detail: string): LetterEntry {
	const { severity, workflow, node, title, lastMessage, lastUrl } = problem;
	const where = node === '' ? workflow : `${workflow} → ${node}`;
	const newer = lastMessage === title ? [] : [`Last message: ${showLine(lastMessage, 300)}`];
	return {
		severity,
		title: showLine(title, 150),
		lines: [showLine(where, 200), detail, ...newer],
		link: webAddress(lastUrl),
	};
}

function heldEntry(entry: DigestEntry, time: LocalTime): LetterEntry {
	const { held, heldSinceMs, problem } = entry;
	const from = time.show(heldSinceMs);
	const to = time.show(problem.lastSeenAtMs);
	const when = held === 1 || from === to ? to : `${from} to ${to}`;
	return entryOf(entry, `${BADGES[problem.severity]}, ${countOf(held)} held back: ${when}`);
}

function quietEntry(entry: DigestEntry, time: LocalTime): LetterEntry {
	return entryOf(entry, `Last seen ${time.show(entry.problem.lastSeenAtMs)}`);
}

function listOf(
	heading: string,
	entries: readonly DigestEntry[],
	write: (entry: DigestEntry) => LetterEntry,
): LetterList[] {
	if (entries.length === 0) return [];
	const more = entries.length - MAX_ENTRIES;
	const rest = more > 0 ? `And ${countOf(more, 'problem')} more.` : '';
	return [{ heading, entries: entries.slice(0, MAX_ENTRIES).map(write), rest }];
}

function headingOf({ problems, occurrences, quiet }: DigestSummary): string {
	if (occurrences === 0) return `${countOf(quiet, 'problem')} quiet again`;
	// None of the problems may be remembered any more.
	const of = problems === 0 ? '' : ` of ${countOf(problems, 'problem')}`;
	const held = `${countOf(occurrences)}${of} held back`;
	return quiet === 0 ? held : `${held}, ${String(quiet)} quiet again`;
}

/** The most serious of all that a digest lists. */
function worst({ held, quiet }: Digest): Severity {
	if (held.length === 0) return quiet.length === 0 ? 'error' : 'info';
	const listed = new Set(held.map(({ problem }) => problem.severity));
	return SEVERITIES.find((severity) => listed.has(severity)) ?? 'error';
}

function footnotesOf(
	{ forgotten }: Digest,
	workerSinceMs: number | undefined,
	time: LocalTime,
): string[] {
	return [
		forgotten === 0
			? ''
			: `${countOf(forgotten)} more belong to problems that are no longer remembered: there were more than 1,000.`,
		workerSinceMs === undefined
			? ''
			: `n8n runs in queue mode. This digest tells what one of its workers has counted since ${time.show(workerSinceMs)}; the others tell of theirs with their next alerts and digests.`,
		'Counts begin anew with this mail.',
	].filter((text) => text !== '');
}

/**
 * Writes a digest.
 *
 * @param workflow its name
 * @param workerSinceMs Unix ms: since when the process has counted by itself, in n8n's queue mode;
 * `undefined` = n8n keeps the counts
 */
export function digestLetter(
	digest: Digest,
	workflow: string,
	workerSinceMs: number | undefined,
	time: LocalTime,
): Letter {
	const summary = summaryOf(digest);
	return {
		severity: worst(digest),
		badge: 'Alert digest',
		heading: headingOf(summary),
		introduction: '',
		lead:
			summary.occurrences === 0
				? 'These problems have not been seen for a while.'
				: 'These occurrences were counted, and no mail has told of them so far.',
		facts: [
			{ label: 'Workflow', text: showLine(workflow, 120) },
			{ label: 'Time', text: time.show(digest.atMs) },
		],
		lists: [
			...listOf('Held back', digest.held, (entry) => heldEntry(entry, time)),
			...listOf('Quiet again', digest.quiet, (entry) => quietEntry(entry, time)),
		],
		sections: [],
		footnotes: footnotesOf(digest, workerSinceMs, time),
	};
}

/** The subject of a digest. */
export function digestSubject(digest: Digest): string {
	return `[Alert digest] ${headingOf(summaryOf(digest))}`;
}
