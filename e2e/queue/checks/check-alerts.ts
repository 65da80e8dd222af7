import { AlertsInProduction, occurrencesIn } from '../../stage/alert-workflow.js';
import { connectAccount } from '../../stage/sandbox-account.js';
import type { Check } from '../finding.js';
import { WORKERS } from '../queue-processes.js';

const FAILURES = 100;
const AT_ONCE = 10;
/** Two digests at once are on two workers as a rule; if not, they are run again. */
const MOST_DIGESTS = 10;

/** The occurrences that a digest told of. */
function heldIn({ digest }: Record<string, unknown>): number {
	return Number((digest as { occurrences?: number } | undefined)?.occurrences ?? 0);
}

/**
 * A worker is not given the workflow static data that was stored, so each counts for itself. What must
 * hold is that each mails at most once, that together they tell of every failure once, and that a
 * digest says whose counts it tells.
 */
export const alerts: Check = {
	name: 'alerts',
	async run({ client, sandbox }) {
		const before = sandbox.mail.messages.length;
		const name = 'Alerts';
		const id = await connectAccount(client, sandbox, name);
		const production = await AlertsInProduction.create(client, { id, name });
		await production.fail(client, FAILURES, AT_ONCE);
		const mails = sandbox.mail.messages.slice(before);
		const told = mails.reduce((total, { parsed }) => total + occurrencesIn(parsed.text), 0);

		const held: number[] = [];
		for (let round = 0; round < MOST_DIGESTS; round += 1) {
			const items = await production.digest(client, WORKERS.length);
			const news = items.map(heldIn).filter((count) => count > 0);
			held.push(...news);
			if (held.length >= mails.length && news.length === 0) break;
		}
		const all = held.reduce((total, count) => total + count, told);
		const digests = sandbox.mail.messages.slice(before + mails.length);
		const text = digests.at(-1)?.parsed.text ?? '';
		return [
			{
				statement: 'A storm over two workers makes a mail of each at most',
				isTrue: mails.length >= 1 && mails.length <= WORKERS.length,
				figures: `${FAILURES} failures, ${mails.length} mails that tell of ${told}`,
			},
			{
				statement: 'Mails and the digests of both workers tell of every failure once',
				isTrue: all === FAILURES && digests.length === held.length,
				figures: `${told} by mails, ${held.join(' and ')} by digests: ${all} of ${FAILURES}`,
			},
			{
				statement: 'A digest says that it tells the counts of one worker, and since when',
				isTrue: /what one of its workers has counted since \d/.test(text),
				figures: `${digests.length} digests`,
			},
		];
	},
};
