const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An access token in the form of Microsoft Entra's; its signature is not a real one. */
export function jwtOf(claims: unknown): string {
	const signature = Buffer.alloc(256, 'not a signature').toString('base64url');
	return `${encode({ typ: 'JWT', alg: 'RS256', kid: 'k1' })}.${encode(claims)}.${signature}`;
}

/** Claims of a token that Exchange Online takes for SMTP, ending in an hour. */
export const GOOD_CLAIMS = {
	aud: 'https://outlook.office.com',
	iss: 'https://sts.windows.net/11111111-2222-3333-4444-555555555555/',
	tid: '11111111-2222-3333-4444-555555555555',
	scp: 'SMTP.Send',
	upn: 'anna@contoso.com',
	exp: Math.round(Date.now() / 1_000) + 3_600,
} as const;

/** Whether a text holds so much of a token that the rest can be guessed: any 12 characters. */
export function holdsPieceOf(text: string, token: string): boolean {
	const length = 12;
	return Array.from({ length: Math.max(0, token.length - length + 1) }, (_, at) =>
		token.slice(at, at + length),
	).some((piece) => text.includes(piece));
}
