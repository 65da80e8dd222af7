import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const ALICE = 'alice@sandbox.test';
const BOB = 'bob@sandbox.test';

/** From whom each item went out: without a From of its own it is the credential's user. */
async function sendersOf(
	user: string,
	items: readonly object[],
	onError = 'continueRegularOutput',
) {
	const server = await serveItems();
	const workflow = MailWorkflow.forServer(server, {
		credential: { user },
		settings: { onError: onError as 'stopWorkflow' },
	});
	const outputs = jsonOf(await workflow.run(items.map((json) => ({ ...json }))), MAIL);
	return {
		senders: outputs.map(({ envelope }) => (envelope as { from: string } | undefined)?.from),
		reads: workflow.host.store.reads,
	};
}

const ONLY_LAST = [{}, {}, {}, { mailbox: BOB }];

describe.each(['continueRegularOutput', 'stopWorkflow'])('in the mode %s', (onError) => {
	it.each([
		['the item', '={{ $json.mailbox ?? "alice@sandbox.test" }}'],
		['the index', '={{ $itemIndex === 3 ? "bob@sandbox.test" : "alice@sandbox.test" }}'],
		['another node', '={{ $("Trigger").all()[$itemIndex].json.mailbox || "alice@sandbox.test" }}'],
		['all items', '={{ $input.all()[$itemIndex].json.mailbox ?? "alice@sandbox.test" }}'],
		['a part', '={{ ($json.mailbox ?? "alice@").split("@")[0] }}@sandbox.test'],
	])('each item goes out by the mailbox that %s names', async (_what, user) => {
		const { senders } = await sendersOf(user, ONLY_LAST, onError);
		expect(senders).toEqual([ALICE, ALICE, ALICE, BOB]);
	});

	it('a credential without expressions is read once', async () => {
		const items = Array.from({ length: 40 }, () => ({ mailbox: BOB }));
		const { senders, reads } = await sendersOf(ALICE, items, onError);
		expect(new Set(senders)).toEqual(new Set([ALICE]));
		expect(senders).toHaveLength(40);
		// And once for the sign-in of each further connection, of which there are three at most.
		expect(reads).toBeLessThanOrEqual(3);
	});
});
