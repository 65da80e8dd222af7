import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient, WorkflowDocument, WorkflowNode } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE, connectAccount } from '../stage/sandbox-account.js';
import { type ScriptedModel, startScriptedModel } from '../stage/scripted-model.js';
import { SEND_TYPE } from '../stage/test-workflow.js';
import { ask, linksOf } from '../stage/waiting-workflow.js';
import { openClient } from '../ui/ui-session.js';

const AI = '@n8n/n8n-nodes-langchain';

interface Credential {
	id: string;
	name: string;
}

function agentWorkflow(
	path: string,
	credentials: { mail: Credential; model: Credential },
	options: Record<string, unknown> = {},
): WorkflowDocument {
	const node = (name: string, type: string, version: number, extra: Partial<WorkflowNode>) => ({
		id: `${path}-${name}`,
		name,
		type,
		typeVersion: version,
		position: [0, 0] as [number, number],
		parameters: {},
		...extra,
	});
	return {
		name: `Agent ${path}`,
		nodes: [
			node('Webhook', 'n8n-nodes-base.webhook', 2, {
				parameters: { path, httpMethod: 'POST', responseMode: 'onReceived' },
				webhookId: path,
			}),
			node('Agent', `${AI}.agent`, 3.1, {
				parameters: { promptType: 'define', text: 'How much is 6 * 7?', options: {} },
			}),
			node('Model', `${AI}.lmChatOpenAi`, 1.2, {
				parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
				credentials: { openAiApi: credentials.model },
			}),
			node('Review', `${SEND_TYPE}HitlTool`, 1, {
				parameters: {
					toEmail: 'bob@sandbox.test',
					subject: 'May the agent calculate?',
					approvalOptions: { values: { approvalType: 'double' } },
					options,
				},
				credentials: { [CREDENTIAL_TYPE]: credentials.mail },
			}),
			node('Calculator', `${AI}.toolCalculator`, 1, {}),
		],
		connections: {
			Webhook: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			Review: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			Calculator: { ai_tool: [[{ node: 'Review', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

describe.skipIf(inject('n8n').version.startsWith('1.'))('n8n’s human review tool', () => {
	let sandbox: Sandbox;
	let client: N8nClient;
	let model: ScriptedModel;
	let credentials: { mail: Credential; model: Credential };

	beforeAll(async () => {
		sandbox = await startSandbox();
		client = openClient();
		model = await startScriptedModel({
			toolParameters: { input: '6*7' },
			// What a model could try to approve by.
			hitlParameters: { approved: true, data: { approved: true } },
		});
		const modelId = await client.createCredential('openAiApi', 'Model', {
			apiKey: 'none',
			url: model.url,
		});
		credentials = {
			mail: { id: await connectAccount(client, sandbox, 'Review'), name: 'Review' },
			model: { id: modelId, name: 'Model' },
		};
	});
	afterAll(async () => {
		await model?.close();
		await sandbox?.close({ removeData: true });
	});

	const review = async (options: Record<string, unknown> = {}) => {
		model.toolResults.length = 0;
		const asked = await ask(client, sandbox, agentWorkflow(randomUUID(), credentials, options));
		const [mail] = asked.mails;
		return { ...asked, mail };
	};

	it.each([
		['Approve', 'approve', '42'],
		['Decline', 'decline', 'rejected'],
	])('leads the agent on by "%s"', async (label, answer, told) => {
		const { executionId, mail } = await review();
		expect(mail?.parsed.text).toContain('Calculator');
		const url = linksOf(mail)[label] ?? '';
		expect(await (await fetch(url)).text()).toContain('Calculator');
		const body = new URLSearchParams({ answer });
		const page = await (await fetch(url, { method: 'POST', body })).text();
		expect(page).toContain('Your answer has been recorded');
		const result = await client.waitForExecution(executionId);
		expect(result.status).toBe('success');
		expect(model.toolResults.join()).toContain(told);
		expect(result.outputs['Agent']?.[0]).toMatchObject([{ output: 'That is all.' }]);
	});

	it('does not let the agent go on when nobody answers', async () => {
		const limitWaitTime = { values: { resumeAmount: 0.05, resumeUnit: 'minutes' } };
		const { executionId } = await review({ limitWaitTime });
		const result = await client.waitForExecution(executionId);
		expect(result.status).toBe('success');
		expect(model.toolResults.join()).not.toContain('42');
		expect(model.toolResults.join()).toContain('rejected');
	});
});
