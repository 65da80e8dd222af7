import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { AlertsInProduction, occurrencesIn } from '../../stage/alert-workflow.js';
import { connectAccount } from '../../stage/sandbox-account.js';
import { setStage, type Stage } from '../../stage/stage.js';

const FAILURES = 200;
const AT_ONCE = 20;

/** A stage of its own: its n8n is restarted in the middle of the storm. */
const NAME = 'alerts';

describe('a storm of failing executions', () => {
	let sandbox: Sandbox;
	let stage: Stage;
	let production: AlertsInProduction;

	beforeAll(async () => {
		sandbox = await startSandbox();
		stage = await setStage({ name: NAME });
		const id = await connectAccount(stage.client, sandbox, 'Sandbox');
		production = await AlertsInProduction.create(stage.client, { id, name: 'Sandbox' });
	}, 900_000);
	afterAll(async () => {
		await stage?.n8n.stop();
		await sandbox?.close({ removeData: true });
	});

	it('makes 1 to 3 mails, and the digest accounts for the rest, with a restart in between', async () => {
		await production.fail(stage.client, FAILURES / 2, AT_ONCE);
		await stage.n8n.stop();
		stage = await setStage({ name: NAME, version: stage.version, isKept: true });
		await production.fail(stage.client, FAILURES / 2, AT_ONCE);

		const mails = sandbox.mail.messages.map(({ parsed }) => parsed);
		expect(mails.length).toBeGreaterThanOrEqual(1);
		expect(mails.length).toBeLessThanOrEqual(3);
		const told = mails.reduce((total, { text }) => total + occurrencesIn(text), 0);

		const [item] = await production.digest(stage.client);
		expect(item).toMatchObject({
			status: 'sent',
			digest: { problems: 1, occurrences: FAILURES - told },
		});
		console.log(`${FAILURES} failures: ${mails.length} mails, ${FAILURES - told} in the digest`);
	}, 900_000);

	it('is over for the digest after that', async () => {
		expect(await production.digest(stage.client)).toMatchObject([
			{ status: 'skipped', skippedBecause: 'nothingHeld' },
		]);
	});
});
