import { NodeOperationError, type INode } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { readErrorFacts } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/error-facts.js';

describe('an error', () => {
	const node = { id: '1', name: 'Stop', type: 'n8n-nodes-base.stopAndError', typeVersion: 1 };
	const where: INode = { ...node, position: [0, 0], parameters: {} };

	it.each([
		['without a message', new Error(''), 'It failed without an error message'],
		[
			'of n8n without a message',
			new NodeOperationError(where, ''),
			'It failed without an error message',
		],
		['of n8n made of an object', new NodeOperationError(where, { code: 7, reason: 'bad' }), 'bad'],
		[
			'with several causes',
			new AggregateError([new Error('connect ECONNREFUSED ::1:443')], ''),
			'connect ECONNREFUSED ::1:443',
		],
		['with fields of its own', Object.assign(new Error(''), { errno: 7 }), '{"errno":7}'],
	])('%s says what happened, and not how it was built', (_what, error, message) => {
		expect(readErrorFacts(error).message).toBe(message);
		const stored: unknown = JSON.parse(
			JSON.stringify({ ...error, message: error.message, stack: error.stack, name: error.name }),
		);
		if (!(error instanceof AggregateError)) {
			expect(readErrorFacts(stored).message).toBe(message);
		}
	});
});
