import { createHash } from 'node:crypto';
import { steadyWords } from './steady-words';

/** What a problem is known by. */
interface ProblemTraits {
	/** The workflow's ID, its name where it has none. */
	readonly workflow: string;
	/** The name of the node that failed; empty where that is not known. */
	readonly node: string;
	/** The error's class, e.g. `NodeApiError`; empty where it has none. */
	readonly errorClass: string;
	readonly message: string;
}

/** Leads every fingerprint. A fingerprint of another version is another problem. */
const VERSION = 'v1';

/** Hexadecimal digits of the digest; 80 bits keep 1,000 problems apart. */
const LENGTH = 20;

function digest(...parts: readonly string[]): string {
	const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
	return `${VERSION}-${hash.slice(0, LENGTH)}`;
}

/**
 * The fingerprint of a problem: `v1-` and 20 hexadecimal digits of a SHA-256 digest.
 *
 * It is stable between versions of this package, so that an update mails nothing again. If the way to
 * make it must change, `VERSION` changes with it. test/fixtures/fingerprints.json holds examples.
 *
 * @param groupBy the user's own key; not empty: it alone makes the fingerprint
 */
export function fingerprintOf(traits: ProblemTraits, groupBy: string): string {
	if (groupBy !== '') return digest('group', groupBy);
	const { workflow, node, errorClass, message } = traits;
	return digest('error', workflow, node, errorClass, steadyWords(message));
}
