import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { readBody } from '../../sandbox/net/read-body.js';

/** A stand-in for a language model: it calls the first tool it is offered, then tells what came back. */
export interface ScriptedModel {
	/** What n8n's OpenAI credential takes as its base URL. */
	url: string;
	/** What came back from tools, in order. */
	toolResults: string[];
	close(): Promise<void>;
}

interface Message {
	role: string;
	content: unknown;
}

interface ChatRequest {
	messages: Message[];
	tools?: Array<{ function: { name: string } }>;
}

/**
 * Starts a server that speaks as much of OpenAI's chat completions as n8n's agent needs.
 *
 * @param toolArguments what the model calls the tool with
 */
export async function startScriptedModel(toolArguments: unknown): Promise<ScriptedModel> {
	const toolResults: string[] = [];
	const server = createServer((request, response) => {
		void readBody(request).then((body) => {
			const { messages, tools = [] } = JSON.parse(String(body)) as ChatRequest;
			const result = messages.findLast(({ role }) => role === 'tool')?.content;
			const name = tools[0]?.function.name ?? '';
			if (result !== undefined) toolResults.push(JSON.stringify(result));
			const call = { name, arguments: JSON.stringify(toolArguments) };
			const message =
				result === undefined
					? { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: call }] }
					: { content: 'That is all.' };
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({
					id: 'completion',
					object: 'chat.completion',
					created: 0,
					model: 'scripted',
					choices: [
						{
							index: 0,
							message: { role: 'assistant', ...message },
							finish_reason: result === undefined ? 'tool_calls' : 'stop',
						},
					],
					usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
				}),
			);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		toolResults,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
