import Table from 'cli-table3';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { FAILURE_CASES, type FailureCase } from './failure-cases.js';
import type { DemoOptions } from './demo-options.js';
import { microsoftRemedy } from './preset-remedy.js';
import { connectedCredential } from '../n8n/sandbox-credential.js';
import { startSandbox } from '../start-sandbox.js';
import {
	jsonOf,
	loadBuiltPackage,
	NODE_TYPE,
	WorkflowHost,
	type WorkflowDefinition,
} from '../n8n/workflow-host.js';
import { workflowNode } from '../n8n/workflow-parts.js';

const MAIL_NODE = 'Send Mail';

/** A workflow of the mail node alone; it never throws, so that there is an item for each failure. */
function workflowFor(credentialId: string, parameters: IDataObject = {}): WorkflowDefinition {
	return {
		nodes: [
			workflowNode(MAIL_NODE, NODE_TYPE, {
				onError: 'continueRegularOutput',
				parameters: {
					toEmail: 'bob@sandbox.test',
					subject: 'Order 4711 is on its way',
					emailFormat: 'text',
					text: 'It has left our house.',
					options: { maxAttempts: 1 },
					...parameters,
				},
				credentials: { smtpOAuth2Api: { id: credentialId, name: 'Sandbox' } },
			}),
		],
		connections: {},
	};
}

/** The secrets of a credential, which no output may hold. */
function secretsOf({ clientSecret, oauthTokenData }: ICredentialDataDecryptedObject): string[] {
	const { access_token, refresh_token } = Object(oauthTokenData) as IDataObject;
	return [clientSecret, access_token, refresh_token].filter(
		(secret): secret is string => typeof secret === 'string',
	);
}

/** What a case looks at in a status item. */
interface ShownItem {
	readonly status?: string;
	readonly failure?: {
		readonly code: string;
		readonly stage: string;
		readonly message: string;
		readonly remedy: string;
	};
}

/** What is not as it should be with a case's item. */
function checkItem(
	{ title, expected }: FailureCase,
	item: IDataObject,
	secrets: readonly string[],
): string[] {
	const { status = 'none', failure } = item as ShownItem;
	const { code = 'none', stage = 'none', message = '' } = failure ?? {};
	const { says = /./ } = expected;
	const written = JSON.stringify(item);
	const checks: readonly (readonly [boolean, string])[] = [
		[status === 'failed', `the status is ${status}, not failed`],
		[code === expected.code, `the code is ${code}, not ${expected.code}`],
		[stage === expected.stage, `the stage is ${stage}, not ${expected.stage}`],
		[says.test(message), `the message does not say ${String(says)}`],
		[!secrets.some((secret) => written.includes(secret)), 'the item holds a secret'],
	];
	return checks.flatMap(([isRight, problem]) => (isRight ? [] : [`${title}: ${problem}`]));
}

/** What a failure has led to. */
interface ShownCase {
	/** What is wrong with the item; empty: nothing. */
	readonly problems: readonly string[];
	readonly item?: IDataObject;
}

/** Brings one failure about. */
async function runCase(failureCase: FailureCase, number: number): Promise<ShownCase> {
	const { title, user = 'alice@sandbox.test' } = failureCase;
	const mail = await failureCase.mailServer?.();
	const sandbox = await startSandbox({
		users: [{ email: user }],
		...(mail === undefined ? {} : { mail }),
	});
	try {
		const connected = await connectedCredential(sandbox, user);
		const credential = { ...connected, ...(await failureCase.credential?.(sandbox, user)) };
		const built = loadBuiltPackage();
		const host = new WorkflowHost({ [NODE_TYPE]: built.node }, [built.credential]);
		const credentialId = `case-${String(number)}`;
		host.store.credentials.set(credentialId, { type: 'smtpOAuth2Api', data: credential });

		const run = await host.run(workflowFor(credentialId, failureCase.parameters), {
			startNode: MAIL_NODE,
		});
		const items = jsonOf(run, MAIL_NODE);
		const [item] = items;
		if (item === undefined || items.length > 1) {
			return { problems: [`${title}: the node put out ${String(items.length)} items`] };
		}
		return { item, problems: checkItem(failureCase, item, secretsOf(credential)) };
	} finally {
		await sandbox.close({ removeData: true });
	}
}

/** Prints a case with its whole item. */
function printItem(failureCase: FailureCase, number: number, item: IDataObject): void {
	const { title, cause, user = 'alice@sandbox.test', isOfMicrosoft = false } = failureCase;
	console.log(
		`── ${String(number)}. ${title}\n${cause}\n\n${JSON.stringify(item, undefined, 2)}\n`,
	);
	if (isOfMicrosoft) {
		console.log(
			`With the provider Microsoft 365 the remedy reads: ${microsoftRemedy(item, user)}\n`,
		);
	}
}

/** The line of a case in the table: what was done, and what the user is told. */
function rowOf({ title }: FailureCase, number: number, item: IDataObject | undefined): string[] {
	const { status = 'none', failure } = (item ?? {}) as ShownItem;
	const told = `${failure?.message ?? ''}\n→ ${failure?.remedy ?? ''}`;
	return [String(number), title, `${failure?.code ?? status}\nat ${failure?.stage ?? '–'}`, told];
}

/**
 * `npm run demo -- failures`: prints what a user is told about each of the usual failures; with
 * `--items` the whole status items. Resolves with what is wrong with them, if anything.
 */
export async function demoFailures({ showsItems }: DemoOptions): Promise<string[]> {
	console.log(
		`${String(FAILURE_CASES.length)} failures, each one run of the node on n8n's engine against the sandbox. All with the provider Custom: a preset's server is fixed, and none of them is here.\n`,
	);
	const table = new Table({
		head: ['', 'failure', 'code', 'what the user is told'],
		colWidths: [4, 30, 26, 76],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	const problems: string[] = [];
	for (const [index, failureCase] of FAILURE_CASES.entries()) {
		const shown = await runCase(failureCase, index + 1);
		problems.push(...shown.problems);
		table.push(rowOf(failureCase, index + 1, shown.item));
		// A sign of life: some of them take seconds.
		if (!showsItems) process.stdout.write(index + 1 < FAILURE_CASES.length ? '.' : '.\n\n');
		if (showsItems && shown.item) printItem(failureCase, index + 1, shown.item);
	}
	console.log(table.toString());
	if (!showsItems) console.log('\nThe whole items: npm run demo -- failures --items');
	if (problems.length === 0) console.log('Every item names its cause.');
	return problems;
}
