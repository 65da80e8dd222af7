import { describe, expect, it } from 'vitest';
import { openLedger, type LedgerEntry } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';

const entry = (status?: 'sent' | 'partial' | 'unknown'): LedgerEntry => ({
	messageId: '<1@x.test>',
	accepted: ['a@x.test'],
	rejected: [],
	...(status === undefined ? {} : { status }),
});

describe('the ledger', () => {
	it('finds what an earlier try of the same run wrote', () => {
		const context = {};
		openLedger(context, 0).write('2', entry('sent'));
		expect(openLedger(context, 0).read('2')).toEqual(entry('sent'));
		expect(openLedger(context, 0).read('1')).toBeUndefined();
	});

	it('tells the passes of a loop apart', () => {
		const context = {};
		openLedger(context, 0).write('0', entry('sent'));
		expect(openLedger(context, 1).read('0')).toBeUndefined();
	});

	it('does not take message 11 of run 1 for message 1 of run 11', () => {
		const context = {};
		openLedger(context, 1).write('11', entry('sent'));
		expect(openLedger(context, 11).read('1')).toBeUndefined();
	});

	it('outlives being stored as JSON, as n8n stores a failed execution', () => {
		const context = {};
		openLedger(context, 0).write('0', entry('unknown'));
		const stored = JSON.parse(JSON.stringify(context)) as Record<string, unknown>;
		expect(openLedger(stored, 0).read('0')).toEqual(entry('unknown'));
	});

	it('keeps the last word on a message', () => {
		const ledger = openLedger({}, 0);
		ledger.write('0', entry());
		ledger.write('0', entry('sent'));
		expect(ledger.read('0')?.status).toBe('sent');
	});

	it.each([[null], ['text'], [[]], [{ '0:0': 'sent' }], [{ '0:0': { messageId: 1 } }]])(
		'reads nothing from a context that holds %j in its place',
		(found) => {
			expect(openLedger({ smtpOAuthLedger: found }, 0).read('0')).toBeUndefined();
		},
	);

	it('leaves other users of the node context alone', () => {
		const context = { other: 1 };
		openLedger(context, 0).write('0', entry('sent'));
		expect(context.other).toBe(1);
	});

	it('knows in the further tries what n8n did not let it write', () => {
		const context: Record<string, unknown> = {};
		const ledger = openLedger(context, 0);
		Object.freeze(context['smtpOAuthLedger']);
		ledger.write('0', entry('sent'));
		expect(openLedger(context, 0).read('0')).toEqual(entry('sent'));
		expect(openLedger(context, 1).read('0')).toBeUndefined();
	});
});
