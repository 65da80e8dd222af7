import { createRequire } from 'node:module';
import type {
	IDataObject,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { definition, MAIL, type MailNode, type MailWorkflow } from './mail-workflow.js';

const require = createRequire(import.meta.url);
const { Workflow } = require('n8n-workflow') as typeof import('n8n-workflow');
const { WebhookContext } = require('n8n-core') as typeof import('n8n-core');

/** What a browser sends to a link, as n8n gives it to the node. */
export interface Visit {
	readonly method?: 'GET' | 'POST';
	/** The link of a mail. */
	readonly url: string;
	readonly contentType?: string;
	readonly body?: IDataObject;
}

/** What came back, and what the execution goes on with. */
export interface Visited {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly html: string;
	/** The items of the answer; missing where the execution waits on. */
	readonly items?: readonly INodeExecutionData[];
}

/** A request that n8n has routed to the node: method, query and parsed body. */
function requestOf({ method = 'GET', url, contentType, body = {} }: Visit): unknown {
	return {
		method,
		query: Object.fromEntries(new URL(url).searchParams),
		headers: {},
		params: {},
		contentType,
		body,
	};
}

/** Collects what the node writes into the response. */
function responseRecorder() {
	const recorded = { status: 200, headers: {} as Record<string, string>, html: '' };
	const response = {
		headersSent: false,
		setHeader(name: string, value: string) {
			recorded.headers[name] = value;
		},
		status(code: number) {
			recorded.status = code;
			return response;
		},
		end(html: string) {
			recorded.html = html;
			response.headersSent = true;
		},
	};
	return { recorded, response };
}

/** An execution that waits for an answer, as n8n stores it. */
export class WaitingExecution {
	readonly data: IRunExecutionData;

	constructor(
		private readonly workflow: MailWorkflow,
		run: IRun,
		private readonly node: MailNode,
	) {
		if (run.data.waitTill === undefined) throw new Error('The execution does not wait');
		this.data = JSON.parse(JSON.stringify(run.data)) as IRunExecutionData;
	}

	/** When n8n goes on by itself. */
	get waitTill(): Date {
		return new Date(String(this.data.waitTill));
	}

	/** Opens a link, or sends its page back. n8n's own webhook context, without its HTTP server. */
	async visit(visit: Visit): Promise<Visited> {
		const { response, recorded } = responseRecorder();
		const { nodes, connections } = definition(this.node);
		const workflow = new Workflow({
			id: 'sandbox-workflow',
			name: 'Sandbox',
			nodes: structuredClone([...nodes]),
			connections,
			active: false,
			nodeTypes: this.workflow.host.nodeTypes,
		});
		const node = workflow.getNode(MAIL);
		if (node === null) throw new Error('The workflow has no mail node');
		const context = new WebhookContext(
			workflow,
			node,
			{
				...this.workflow.host['additionalData'](undefined),
				httpRequest: requestOf(visit),
				httpResponse: response,
			} as unknown as IWorkflowExecuteAdditionalData,
			'trigger',
			{} as IWebhookData,
			[],
			structuredClone(this.data),
		);
		const { webhook } = this.workflow.host.nodeTypes.getByNameAndVersion(node.type) as {
			webhook?: (this: unknown) => Promise<IWebhookResponseData>;
		};
		await workflow.expression.acquireIsolate?.();
		try {
			const answered = await webhook?.call(context);
			const items = answered?.workflowData?.[0];
			const page = answered?.webhookResponse as string | undefined;
			return {
				status: recorded.status,
				headers: recorded.headers,
				html: page ?? recorded.html,
				...(items === undefined ? {} : { items }),
			};
		} finally {
			await workflow.expression.releaseIsolate?.();
		}
	}

	/** Goes on as n8n does: with an answer's items, or with what it has stored for the deadline. */
	async goOn(items?: readonly INodeExecutionData[]): Promise<IRun> {
		const data = structuredClone(this.data);
		const [step] = data.executionData?.nodeExecutionStack ?? [];
		if (step === undefined) throw new Error('Nothing waits');
		step.node.disabled = true;
		if (items !== undefined) step.data['main'] = [[...items]];
		delete data.waitTill;
		data.resultData.runData[MAIL]?.pop();
		return await this.workflow.host.run(definition(this.node), {
			startNode: 'Trigger',
			mode: 'trigger',
			resume: data,
		});
	}
}
