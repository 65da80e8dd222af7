import type { IDataObject } from 'n8n-workflow';
import type { useScriptedServers } from '../smtp/scripted-servers.js';
import type { ScriptedServer } from '../smtp/scripted-smtp-server.js';
import type { MailNode } from './mail-workflow.js';

/** A node that verifies. */
export const verifying = (node: MailNode = {}): MailNode => ({
	...node,
	isBare: true,
	parameters: { operation: 'verify', ...node.parameters },
});

/** Takes the sender from the item. */
export const FROM = { fromEmail: '={{ $json.from }}' };

/** Items that hold a sender each. */
export const from = (...addresses: string[]): IDataObject[] =>
	addresses.map((address) => ({ from: address }));

/** A server that refuses `boss@…` as sender. */
export const refusing = async (
	serve: ReturnType<typeof useScriptedServers>,
): Promise<ScriptedServer> =>
	await serve((command) =>
		command.startsWith('MAIL FROM:<boss@') ? '553 5.7.1 Sender <b>not</b> owned' : undefined,
	);
