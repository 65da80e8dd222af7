import { describe, expect, it } from 'vitest';
import { readErrorItem } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/read-error-item.js';

const PLACE = {
	workflow: { id: 'wf9', name: 'This workflow' },
	previousNode: 'Step before',
	execution: { id: '9', url: 'https://n8n.example.com/9', mode: 'trigger', retryOf: '' },
};

const read = (json: unknown, error?: unknown) =>
	readErrorItem({ json, ...(error === undefined ? {} : { error }) }, PLACE);

/** A status item of this node that was not sent. */
const FAILED = {
	status: 'failed',
	envelope: { from: '', to: [] },
	accepted: [],
	rejected: [],
	attempts: 1,
	durationMs: 5,
	failure: {
		code: 'RECONNECT_REQUIRED',
		message: 'The sign-in has ended.',
		remedy: 'Connect the credential again.',
	},
};

describe('an item of an Error Trigger', () => {
	const error = {
		name: 'NodeApiError',
		message: 'The disk is full.',
		description: 'Clear it.',
		httpCode: '507',
		timestamp: 1_795_000_000_000,
		stack: 'NodeApiError: The disk is full.\n    at x',
		node: { name: 'Write File', type: 'n8n-nodes-base.readWriteFile', parameters: {} },
	};

	it('tells of the execution that failed', () => {
		const execution = {
			id: '231',
			url: 'https://n8n.example.com/231',
			error,
			lastNodeExecuted: 'Last One',
			mode: 'webhook',
			retryOf: '230',
		};
		expect(read({ execution, workflow: { id: 'wf1', name: 'Import' } })).toEqual({
			shape: 'execution',
			workflow: { id: 'wf1', name: 'Import' },
			node: 'Last One',
			errorClass: 'NodeApiError',
			message: 'The disk is full.',
			description: 'Clear it.',
			stack: error.stack,
			code: '507',
			occurredAtMs: 1_795_000_000_000,
			execution: {
				id: '231',
				url: 'https://n8n.example.com/231',
				mode: 'webhook',
				retryOf: '230',
			},
			isAboutAlert: false,
			earlierAlert: '',
		});
	});

	it('tells of the trigger that failed before an execution began', () => {
		const report = read({
			trigger: { error: { ...error, node: { name: 'Every Minute' } }, mode: 'trigger' },
			workflow: { id: 'wf1', name: 'Import' },
		});
		expect(report).toMatchObject({
			shape: 'trigger',
			node: 'Every Minute',
			message: 'The disk is full.',
			execution: { id: '', url: '', mode: 'trigger' },
		});
	});

	it('takes the fields of a Stop And Error object', () => {
		const report = read({
			execution: {
				id: '1',
				error: { code: '404', description: 'Gone', note: 'x' },
				mode: 'trigger',
			},
			workflow: { id: 'wf1', name: '' },
		});
		expect(report).toMatchObject({
			message: 'Gone',
			code: '404',
			workflow: { id: 'wf1', name: 'wf1' },
		});
	});

	it.each([
		['has no error', { id: '1', mode: 'trigger' }],
		['has an empty error', { id: '1', error: {}, mode: 'trigger' }],
		['has null for an error', { id: '1', error: null, mode: 'trigger' }],
	])('that %s says so', (_what, execution) => {
		expect(read({ execution, workflow: { id: 'wf1', name: 'Import' } }).message).toBe(
			'It failed without an error message',
		);
	});

	it.each(['alert', 'alertDigest'])(
		'is known to be about an operation %s of this node',
		(operation) => {
			const node = {
				name: 'Send',
				type: 'n8n-nodes-smtp-oauth.smtpOAuthSendEmail',
				parameters: { operation },
			};
			const report = read({
				execution: { id: '1', error: { message: 'x', node }, mode: 'error' },
				workflow: { id: 'wf1', name: 'Alerts' },
			});
			expect(report.isAboutAlert).toBe(true);
		},
	);

	it.each([
		['this node where it sends', 'n8n-nodes-smtp-oauth.smtpOAuthSendEmail', 'send'],
		['a node of another package', 'n8n-nodes-other.notSmtpOAuthSendEmail', 'alert'],
	])('about %s is not about an alert', (_what, type, operation) => {
		const node = { name: 'Send', type, parameters: { operation } };
		const report = read({
			execution: { id: '1', error: { message: 'x', node }, mode: 'error' },
			workflow: { id: 'wf1', name: 'Alerts' },
		});
		expect(report.isAboutAlert).toBe(false);
	});
});

describe('an item of an error output', () => {
	it.each([
		['a text', { row: 1, error: 'Bad row' }, { message: 'Bad row', errorClass: '' }],
		[
			'an error',
			{ row: 1, error: { name: 'AxiosError', message: 'Bad row', status: 404 } },
			{ message: 'Bad row', errorClass: 'AxiosError', code: '404' },
		],
		['an error within an error', { error: { error: { message: 'Deep' } } }, { message: 'Deep' }],
		['an error of OAuth', { error: { error: 'invalid_grant' } }, { message: 'invalid_grant' }],
		['no message, but fields', { error: { reason: 7 } }, { message: '7' }],
		['other fields', { error: { foo: 'bar' } }, { message: '{"foo":"bar"}' }],
		[
			'several messages',
			{ error: { statusCode: 400, message: ['a must be set', 'b too'], error: 'Bad Request' } },
			{ message: 'a must be set, b too', code: '400' },
		],
		[
			'a list of texts',
			{ error: { errors: ['Name is required'] } },
			{ message: 'Name is required' },
		],
		[
			'an object for a message',
			{ error: { message: { text: 'Bad row' } } },
			{ message: 'Bad row' },
		],
	])('with %s is the failure of the node before, in this workflow', (_what, json, expected) => {
		expect(read(json)).toMatchObject({
			shape: 'errorOutput',
			node: 'Step before',
			workflow: { id: 'wf9', name: 'This workflow' },
			execution: { id: '9' },
			...expected,
		});
	});

	it('prefers the whole error beside the item to the message in it', () => {
		const error = { name: 'NodeApiError', message: 'Bad row', description: 'Why' };
		expect(read({ error: 'Bad row' }, error)).toMatchObject({
			shape: 'errorOutput',
			errorClass: 'NodeApiError',
			description: 'Why',
		});
	});

	it('of this node tells the failure and the remedy', () => {
		expect(read({ row: 1, error: FAILED, message: 'The sign-in has ended.' })).toMatchObject({
			shape: 'errorOutput',
			message: 'The sign-in has ended.',
			description: 'Connect the credential again.',
			code: 'RECONNECT_REQUIRED',
			earlierAlert: '',
		});
	});

	it('of an alert tells what that alert would have told, and why it was not sent', () => {
		const alert = {
			fingerprint: 'v1-x',
			title: 'The disk is full.',
			workflow: 'Import',
			node: 'Write',
		};
		expect(read({ row: 1, error: { ...FAILED, alert }, message: 'x' })).toMatchObject({
			message: 'The disk is full.',
			workflow: { name: 'Import' },
			node: 'Write',
			earlierAlert: 'The sign-in has ended.',
		});
	});

	it('of an alert in an error workflow still has the execution', () => {
		const alert = { fingerprint: 'v1-x', title: 'cut', workflow: 'Import', node: 'Write' };
		const report = read({
			execution: { id: '231', error: { message: 'The whole story' }, mode: 'webhook' },
			workflow: { id: 'wf1', name: 'Import' },
			error: { ...FAILED, alert },
			message: 'x',
		});
		expect(report).toMatchObject({
			shape: 'execution',
			message: 'The whole story',
			earlierAlert: 'The sign-in has ended.',
		});
	});
});

describe('an item of another kind', () => {
	it('that is a status item of this node tells its failure', () => {
		expect(read(FAILED)).toMatchObject({ shape: 'statusItem', message: 'The sign-in has ended.' });
	});

	it.each([
		['a message', { message: 'Stock is low', left: 3 }, 'Stock is low'],
		['fields', { host: 'db1', cpu: 97, ok: true }, 'host: db1, cpu: 97, ok: true'],
		['nothing', {}, 'An item without content'],
		[
			'secrets',
			{ host: 'db1', apiKey: 'k-1', pin: 1234, auth: { user: 'ada', pass: 'p-1' } },
			'host: db1, apiKey: [redacted], pin: [redacted], auth: [redacted]',
		],
		['an error that is no error', { error: false, host: 'db1' }, 'error: false, host: db1'],
		['an empty error', { error: '', host: 'db1' }, 'error: , host: db1'],
	])('with %s is shown as it is', (_what, json, message) => {
		expect(read(json)).toMatchObject({ shape: 'plain', message, node: 'Step before' });
	});

	it('does not make secrets of its fields the message', () => {
		const secrets = { password: 'hunter22', config: { apiKey: 'abcdefgh' }, host: 'db1' };
		for (const json of [secrets, { error: { settings: secrets } }]) {
			const { message } = read(json);
			expect(message).not.toMatch(/hunter22|abcdefgh/);
			expect(message).toContain('db1');
		}
	});

	it.each([
		[{ error: { error: { message: 'deep' } } }, 'deep'],
		[{ response: { data: { errors: [{ message: 'deep' }, { message: 'next' }] } } }, 'deep'],
		[{ cause: { code: 'X', apiKey: 'k-1' } }, '{"cause":{"code":"X","apiKey":"[redacted]"}}'],
	])('gives the message of the error within it: %j', (error, message) => {
		expect(read({ error })).toMatchObject({ shape: 'errorOutput', message });
	});

	it.each([
		null,
		undefined,
		7,
		'text',
		[1],
		{
			error: {
				get message() {
					throw new Error('no');
				},
			},
		},
	])('never throws: %#', (json) => {
		expect(read(json).message).not.toBe('');
	});
});

describe('a message with character references', () => {
	it('is read as text', () => {
		expect(read({ error: 'No &lt;a@example.com&gt; &amp; no &#39;b&#39;' }).message).toBe(
			"No <a@example.com> & no 'b'",
		);
	});

	it('is unescaped once only', () => {
		expect(read({ error: 'Write &amp;lt; here' }).message).toBe('Write &lt; here');
	});
});
