import Table from 'cli-table3';
import type { IDataObject } from 'n8n-workflow';
import { connectedCredential } from '../n8n/sandbox-credential.js';
import { jsonOf, loadBuiltPackage, NODE_TYPE, WorkflowHost } from '../n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../start-sandbox.js';
import { ALERT_NODES, alertNodeTypes, alertWorkflow, failure } from './demo-alerts-workflow.js';

const FAILURES = 1_000;
const AT_ONCE = 50;

/** Runs the error workflow for every failure, many at once: the status items. */
async function storm(host: WorkflowHost): Promise<IDataObject[]> {
	const items: IDataObject[] = [];
	let next = 0;
	const failOn = async (): Promise<void> => {
		while (next < FAILURES) {
			const n = next;
			next += 1;
			const run = await host.run(alertWorkflow, {
				startNode: ALERT_NODES.onError,
				mode: 'error',
				input: [{ json: failure(n) }],
			});
			items.push(...jsonOf(run, ALERT_NODES.alert));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, failOn));
	return items;
}

function printItems(items: readonly IDataObject[]): void {
	const table = new Table({
		head: ['problem', 'fingerprint', 'sent', 'held'],
		style: { head: [], border: [] },
	});
	const problems = new Map<string, { title: string; sent: number; held: number }>();
	for (const { status, alert } of items) {
		const { fingerprint, title } = alert as { fingerprint: string; title: string };
		const known = problems.get(fingerprint) ?? { title, sent: 0, held: 0 };
		problems.set(fingerprint, known);
		if (status === 'sent') known.sent += 1;
		if (status === 'held') known.held += 1;
	}
	for (const [fingerprint, { title, sent, held }] of problems) {
		table.push([title, fingerprint, sent, held]);
	}
	console.log(table.toString());
}

function printMail(sandbox: Sandbox, index: number): void {
	const message = sandbox.mail.messages[index];
	if (message === undefined) return;
	const text = (message.parsed.text ?? '').trim().replaceAll(/^/gm, '  | ');
	console.log(
		`\n  Subject: ${message.parsed.subject ?? ''}\n${text}\n  In HTML: ${message.emlPath}`,
	);
}

/**
 * `npm run demo -- alerts`: a storm of failing executions: the mails, what was held, the digest.
 * Resolves with what is wrong with the result, if anything.
 */
export async function demoAlerts(): Promise<string[]> {
	const sandbox = await startSandbox();
	try {
		const { node, credential } = loadBuiltPackage();
		const host = new WorkflowHost({ [NODE_TYPE]: node, ...alertNodeTypes }, [credential]);
		host.store.credentials.set('demo', {
			type: 'smtpOAuth2Api',
			data: await connectedCredential(sandbox, 'alice@sandbox.test'),
		});
		console.log(
			`${String(FAILURES)} executions fail, ${String(AT_ONCE)} at once; each starts the error workflow: ${ALERT_NODES.onError} → ${ALERT_NODES.alert}.\n`,
		);
		const beganAtMs = performance.now();
		const items = await storm(host);
		const seconds = ((performance.now() - beganAtMs) / 1_000).toFixed(1);
		printItems(items);
		const mails = sandbox.mail.messages.length;
		console.log(`\n${String(mails)} mails in ${seconds} s. The first one:`);
		printMail(sandbox, 0);

		const run = await host.run(alertWorkflow, {
			startNode: ALERT_NODES.everyMorning,
			mode: 'trigger',
			input: [{ json: {} }],
		});
		const [digest] = jsonOf(run, ALERT_NODES.digest);
		console.log('\nThe digest of the next morning:');
		printMail(sandbox, mails);

		const sent = items.filter(({ status }) => status === 'sent').length;
		const { occurrences } = (digest?.['digest'] ?? {}) as { occurrences?: number };
		console.log(
			`\n${String(FAILURES)} failures = ${String(sent)} mailed at once + ${String(occurrences)} told by the digest.`,
		);
		const checks: readonly (readonly [boolean, string])[] = [
			[items.length === FAILURES, `${String(items.length)} status items came out`],
			[mails === 2, `the two problems made ${String(mails)} mails`],
			[sent + (occurrences ?? 0) === FAILURES, 'not every failure is accounted for'],
		];
		return checks.flatMap(([isRight, problem]) => (isRight ? [] : [problem]));
	} finally {
		await sandbox.close();
	}
}
