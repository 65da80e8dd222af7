import type { IDataObject, INodeExecutionData, INodeParameters, IRun } from 'n8n-workflow';
import {
	loadBuiltPackage,
	NODE_TYPE,
	outputOf,
	WorkflowHost,
} from '../../sandbox/n8n/workflow-host.js';
import {
	inputItems,
	leadsTo,
	noOp,
	trigger,
	workflowNode,
} from '../../sandbox/n8n/workflow-parts.js';
import type { MailTarget } from '../mail-server/mail-server.js';
import { ACCESS_TOKEN } from '../mail-server/mail-session.js';
import { MAIL_PARAMETERS, SENDER } from './messages.js';
import { parameterReader } from './parameter-reader.js';
import { ReadingTime } from './timed-reading.js';

/** What a row may want to be different. */
export interface WorkflowOptions {
	/** The mailbox that signs in: another one has connections and limits of its own. */
	readonly user?: string;
	readonly maxConnections?: number;
	readonly messagesPerMinute?: number;
	/** Instead of those of messages.ts. */
	readonly parameters?: INodeParameters;
	/** Whether the mail node may hold items as well as send them. */
	readonly isAlert?: boolean;
}

/** A node's place in the bench's workflow. */
export type Stand =
	'mail' | 'no-op' | 'idle' | 'reader' | 'keeper' | 'watched-mail' | 'watched-reader';

const CREDENTIAL_ID = 'credential-1';
const START = 'Start';

/**
 * The built node on n8n's real engine behind a start node, and in its place, when asked for, a node
 * that only reads what it reads.
 */
export class BenchWorkflow {
	readonly #host: WorkflowHost;
	/** The workflow's static data as n8n stores it between executions. */
	#stored = '{}';
	/** What the keeping reader has read in its last run, until it is let go. */
	readonly kept: unknown[] = [];
	/** What n8n's reading for the watched stands has cost. */
	readonly reading = new ReadingTime();

	constructor(
		target: MailTarget,
		private readonly options: WorkflowOptions = {},
	) {
		const built = loadBuiltPackage();
		this.#host = new WorkflowHost(
			{
				'bench.start': trigger,
				'bench.no-op': noOp,
				'bench.idle': { ...noOp, description: built.node.description },
				[NODE_TYPE]: built.node,
				'bench.reader': parameterReader(built.node),
				'bench.keeper': parameterReader(built.node, this.kept),
				'bench.watched-mail': this.reading.watch(built.node),
				'bench.watched-reader': this.reading.watch(parameterReader(built.node)),
			},
			[built.credential],
		);
		const { user = SENDER, maxConnections = 3, messagesPerMinute = 0 } = options;
		this.#host.store.credentials.set(CREDENTIAL_ID, {
			type: 'smtpOAuth2Api',
			data: {
				provider: 'custom',
				grantType: 'authorizationCode',
				customAccessTokenUrl: 'http://127.0.0.1:1/token',
				clientId: 'client',
				clientSecret: 'secret',
				user,
				host: '127.0.0.1',
				sslMode: target.sslMode,
				port: target.port,
				caCertificate: target.caCertificate,
				maxConnections,
				messagesPerMinute,
				oauthTokenData: {
					access_token: ACCESS_TOKEN,
					refresh_token: `1.${'BenchRefreshToken_0123456789-ab'.repeat(35)}`,
					n8n_expires_at: String(Date.now() + 86_400_000),
				},
			},
		});
	}

	/** The status items of a run. */
	static itemsOf(run: IRun): IDataObject[] {
		return (outputOf(run, 'mail')[0] ?? []).map(({ json }) => json);
	}

	/**
	 * Runs one execution with one input item for each entry. Fails unless every item came out, and
	 * of the mail node as sent, or of an alert as held.
	 */
	async run(
		items: readonly (IDataObject | INodeExecutionData)[],
		stand: Stand = 'mail',
	): Promise<IRun> {
		const keepsStaticData = this.options.isAlert === true && stand === 'mail';
		const staticData = JSON.parse(keepsStaticData ? this.#stored : '{}') as IDataObject;
		const run = await this.#host.run(
			{
				...(keepsStaticData ? { staticData } : {}),
				nodes: [
					workflowNode(START, 'bench.start'),
					workflowNode(stand, stand === 'mail' ? NODE_TYPE : `bench.${stand}`, {
						parameters: { ...(this.options.parameters ?? MAIL_PARAMETERS) },
						credentials: { smtpOAuth2Api: { id: CREDENTIAL_ID, name: 'Bench' } },
					}),
				],
				connections: { [START]: leadsTo(stand) },
			},
			{
				startNode: START,
				mode: 'trigger',
				input: inputItems(items),
			},
		);
		if (keepsStaticData) this.#stored = JSON.stringify(staticData);
		const { error } = run.data.resultData;
		if (error !== undefined) throw new Error(`${error.message}: ${String(error.description)}`);
		const output = outputOf(run, stand)[0] ?? [];
		const isGood = ({ json }: INodeExecutionData): boolean =>
			json['status'] === 'sent' || (this.options.isAlert === true && json['status'] === 'held');
		const good = stand.endsWith('mail') ? output.filter(isGood) : output;
		if (good.length !== items.length) {
			throw new Error(`${String(good.length)} of ${String(items.length)} items came out well`);
		}
		return run;
	}
}
