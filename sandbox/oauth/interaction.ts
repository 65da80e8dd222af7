import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type { Provider } from 'oidc-provider';
import { renderConsentPage, renderErrorPage } from './consent-page.js';
import type { SandboxUser } from '../accounts/sandbox-user.js';

const INTERACTION_PATH = '/interaction/';
const MAX_FORM_BYTES = 10_000;

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Whether a request is for the page that `answerInteraction` serves. */
export function isInteraction(url: string | undefined): boolean {
	return url?.startsWith(INTERACTION_PATH) ?? false;
}

/** Where the provider sends the browser when it needs the user. */
export function interactionUrl(uid: string): string {
	return `${INTERACTION_PATH}${uid}`;
}

/** Shows the consent page (GET) or acts on what the user chose on it (POST). */
export async function answerInteraction(
	provider: Provider,
	users: readonly SandboxUser[],
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	try {
		const interaction = await provider.interactionDetails(request, response);
		if (request.method === 'POST') {
			await decide(provider, users, interaction, request, response);
		} else {
			await showPage(provider, users, interaction, response);
		}
	} catch (error) {
		const isExpected = error instanceof errors.OIDCProviderError;
		sendHtml(
			response,
			isExpected ? error.statusCode : 500,
			isExpected
				? renderErrorPage(error.error, error.error_description ?? '')
				: renderErrorPage('server_error', String(error)),
		);
	}
}

async function showPage(
	provider: Provider,
	users: readonly SandboxUser[],
	interaction: Interaction,
	response: ServerResponse,
	problem?: string,
): Promise<void> {
	const clientId = String(interaction.params['client_id']);
	const client = await provider.Client.find(clientId);
	const hint = interaction.session?.accountId ?? interaction.params['login_hint'];
	const selected = users.find((user) => user.email === hint) ?? users[0];
	const page = renderConsentPage({
		action: interactionUrl(interaction.uid),
		clientName: client?.clientName ?? clientId,
		prompt: interaction.prompt.name,
		scopes: scopeOf(interaction).split(' '),
		accounts: users.map((user) => user.email),
		...(selected ? { selectedAccount: selected.email } : {}),
		asksPassword: users.some((user) => user.password !== undefined),
		...(problem === undefined ? {} : { problem }),
	});
	sendHtml(response, problem === undefined ? 200 : 403, page);
}

async function decide(
	provider: Provider,
	users: readonly SandboxUser[],
	interaction: Interaction,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const form = await readForm(request);
	if (form.get('decision') !== 'allow') {
		await provider.interactionFinished(request, response, {
			error: 'access_denied',
			error_description: 'The user did not allow the access',
		});
		return;
	}
	const user = users.find(({ email }) => email === form.get('account'));
	if (!user) {
		await showPage(provider, users, interaction, response, 'Choose a mailbox.');
		return;
	}
	if (user.password !== undefined && user.password !== form.get('password')) {
		await showPage(provider, users, interaction, response, 'The password is wrong.');
		return;
	}
	await provider.interactionFinished(request, response, {
		select_account: {},
		login: { accountId: user.email },
		consent: { grantId: await grantAccess(provider, interaction, user.email) },
	});
}

async function grantAccess(
	provider: Provider,
	interaction: Interaction,
	accountId: string,
): Promise<string> {
	const known = interaction.grantId ? await provider.Grant.find(interaction.grantId) : undefined;
	const grant =
		known?.accountId === accountId
			? known
			: new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) });
	grant.addOIDCScope(scopeOf(interaction));
	return grant.save();
}

function scopeOf({ params }: Interaction): string {
	const scope = params['scope'];
	return typeof scope === 'string' ? scope : '';
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
	let text = '';
	for await (const chunk of request) {
		text += String(chunk);
		if (text.length > MAX_FORM_BYTES) throw new errors.InvalidRequest('The form is too long');
	}
	return new URLSearchParams(text);
}

function sendHtml(response: ServerResponse, status: number, html: string): void {
	response.writeHead(status, {
		'content-type': 'text/html; charset=utf-8',
		'cache-control': 'no-store',
	});
	response.end(html);
}
