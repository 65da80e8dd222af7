import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { MESSAGE_ANSWERS, SIGN_IN_ANSWERS } from '../../../sandbox/inbox/switches.js';

const ANSWERS = [
	...SIGN_IN_ANSWERS.map((answer) => ({ ...answer, stage: 'auth' as const })),
	...MESSAGE_ANSWERS.map((answer) => ({ ...answer, stage: 'reply' as const })),
];

describe('an answer that the inbox of the sandbox offers', () => {
	it.each(ANSWERS.filter(({ reply }) => reply !== undefined))(
		'leads to the failure that it promises: $label',
		({ reply = '', stage, expect: promise }) => {
			const error = Object.assign(new Error(reply), {
				code: stage === 'auth' ? 'EAUTH' : 'EMESSAGE',
				response: reply,
				responseCode: Number(reply.slice(0, 3)),
			});
			const context = { stage, provider: 'custom', host: 'localhost', user: 'alice@sandbox.test' };
			expect(promise).toContain(` with ${classifyFailure(error, context).code}.`);
		},
	);
});
