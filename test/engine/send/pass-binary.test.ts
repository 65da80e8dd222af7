import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { serveItems } from '../../support/smtp/item-server.js';

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const FILE = { data: Buffer.from('x').toString('base64'), mimeType: 'text/plain' };
const withFile = (json: IDataObject = {}): INodeExecutionData => ({ json, binary: { data: FILE } });

/** The items on both outputs, each with its status (only where there is no error) and its file's type. */
async function outputsOf(node: MailNode, items: INodeExecutionData[] = [withFile()]) {
	const run = await MailWorkflow.forServer(await serveItems(), node).run(items);
	return outputOf(run, MAIL)
		.flat()
		.map(({ json, binary }) => [json['status'], binary?.['data']?.mimeType]);
}

describe('the option Pass Binary Data Through', () => {
	it.each([
		['adds', true, 'text/plain'],
		['is needed to add', false, undefined],
		['as an expression adds', '={{ $json.no === undefined }}', 'text/plain'],
	])('%s the binary data of the item', async (_what, passBinary, file) => {
		expect(await outputsOf({ parameters: { options: { passBinary } } })).toEqual([['sent', file]]);
	});

	it.each<[string, MailNode]>([
		['an option is wrong', { parameters: { options: { passBinary: true, maxAttempts: 99 } } }],
		[
			'the expression of another option fails',
			{
				parameters: { options: { passBinary: true, ccEmail: '={{ $("Nowhere").item.json.cc }}' } },
			},
		],
		['an address is wrong', { parameters: { toEmail: 'nobody', options: { passBinary: true } } }],
		[
			'the credential is wrong',
			{ parameters: { options: { passBinary: true } }, credential: { provider: 'nowhere' } },
		],
	])('adds it to a failed item where %s', async (_what, node) => {
		expect(await outputsOf({ ...node, settings: CONTINUE })).toEqual([['failed', 'text/plain']]);
		const settings = { onError: 'continueErrorOutput' } as const;
		expect(await outputsOf({ ...node, settings })).toEqual([[undefined, 'text/plain']]);
	});

	it('holds item by item', async () => {
		const options = { passBinary: '={{ $json.keep }}', ccEmail: '={{ $json.cc }}' };
		const items = [
			withFile({ keep: true, cc: 'nobody' }),
			withFile({ keep: false, cc: 'nobody' }),
			withFile({ keep: true, cc: '' }),
			{ json: { keep: true, cc: '' } },
		];
		expect(await outputsOf({ parameters: { options }, settings: CONTINUE }, items)).toEqual([
			['failed', 'text/plain'],
			['failed', undefined],
			['sent', 'text/plain'],
			['sent', undefined],
		]);
	});

	it('adds it to the item of a reply that is skipped', async () => {
		const item = withFile({
			from: 'bob@sandbox.test',
			subject: 'Away',
			messageId: '<a@x.test>',
			headers: { 'auto-submitted': 'auto-replied' },
		});
		const parameters = { operation: 'reply', toEmail: '', options: { passBinary: true } };
		expect(await outputsOf({ parameters }, [item])).toEqual([['skipped', 'text/plain']]);
	});

	it('that is no switch is refused by name', async () => {
		const parameters = { options: { passBinary: 'perhaps' } };
		expect(await outputsOf({ parameters, settings: CONTINUE })).toEqual([['failed', undefined]]);
	});
});
