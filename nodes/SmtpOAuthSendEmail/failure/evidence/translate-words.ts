/** Beginnings of words in the languages that mail servers speak, without accents, and the English for them. */
const VOCABULARY: ReadonlyArray<readonly [string, string]> = [
	['konto|compte|cuenta|conta(?!\\p{L})|аккаунт|учетн\\p{L}+ запис', 'account'],
	['empfanger|destinat(?:aire|ari)|odbiorc|получател', 'recipient'],
	['absender|expediteur|emetteur|remitente|mittente|remetente|nadawc|отправител', 'sender'],
	['postfach|boite(?: aux lettres)?|buzon|casella|skrzynk|почтов\\p{L}+ ящик|ящик', 'mailbox'],
	['benutzer|utilisateur|usuario|utente|u[zż]ytkownik|пользовател', 'user'],
	['nachricht|mensaje|messaggi|mensage|wiadomo[sś]c|сообщени|писем|письм', 'messages'],
	['verbindung|connexion|conexi?on|conexoe|connession|po[lł]aczen|соединени', 'connections'],
	['anmeldung|authentifi|autenti[cf]|uwierzytelni|аутентификац|авторизац', 'authentication'],
	['speicherplatz|espace|espacio|spazio', 'storage space'],
	['gesperrt|bloque|bloquead|bloccat|zablokowan|suspendu|suspendid|sospes|заблокир', 'blocked'],
	['unbekannt|inconnu|desconocid|desconhecid|sconosciut|nieznan|неизвест', 'unknown'],
	[
		"existiert nicht|n'existe pas|inexist|no existe|non esiste|nao existe|nie istnieje|не существует|не найден",
		'does not exist',
	],
	['ungultig|invalide(?!d)|invalid[oa](?!\\p{L})|non valid[oa]|nieprawid[lł]ow|неверн', 'invalid'],
	[
		'voll(?!\\p{L})|pleine?(?!\\p{L})|llen[oa](?!\\p{L})|pien[oa](?!\\p{L})|peln[ay]|pełn|переполнен',
		'full',
	],
	['zu ?viele|trop de|demasiad|tropp[ieoa]|zbyt wiele|слишком много', 'too many'],
	['grenze|kontingent|limite(?!\\p{L})|лимит', 'limit'],
	['uberschritten|ueberschritten|depasse|excedid|superat|przekroczon|превышен', 'exceeded'],
	['pro tag|par jour|por dia|al giorno|na dobe|в (?:день|сутки)', 'per day'],
	['pro stunde|par heure|por hora|all.ora|na godzine|в час', 'per hour'],
	['spater|plus tard|mas tarde|piu tardi|mais tarde|pozniej|позже', 'later'],
	['erforderlich|requise?(?!\\p{L})|requerid|richiest|wymagan|требуется', 'required'],
	['fehlgeschlagen|echou|echec|fallo(?!\\p{L})|fallid|fallit|falhou|niepowod|не удалась', 'failed'],
	[
		'abgelehnt|verweigert|refusee?(?!\\p{L})|rejete|rechazad|rifiutat|rejeitad|odrzucon|отклонен',
		'rejected',
	],
	[
		'nicht erlaubt|nicht berechtigt|non autorise|no (?:esta )?(?:permitid|autorizad)|non (?:e )?(?:consentit|autorizzat)|nao (?:e )?(?:permitid|autorizad)|niedozwolon|запрещен',
		'not allowed',
	],
	['too much(?! data)', 'too many'],
	[
		'naruszeni\\p{L}+ zasad|verstoss gegen.{0,20}richtlinien?(?!\\p{L})|violations? des? (?:politiques?|regles)|violacion\\p{L}* de (?:la )?politica|нарушени\\p{L}+ (?:правил|политик)',
		'policy violation',
	],
	['spamverdacht|indesirable|correo no deseado|спам', 'spam'],
];

/** The same in Chinese, whose words stand without spaces. */
const CHINESE: ReadonlyArray<readonly [string, string]> = [
	['用户|用戶', 'user'],
	['帐号|账号|账户|帐户|帳號', 'account'],
	['邮箱|信箱', 'mailbox'],
	['收件人', 'recipient'],
	['发件人|发信人', 'sender'],
	['邮件|信件', 'messages'],
	['连接', 'connections'],
	['登录|登陆|登錄', 'login'],
	['认证|验证', 'authentication'],
	['请求', 'requests'],
	['失败|错误', 'failed'],
	['无权限?|没有权限', 'no permission'],
	['未开启|未启用|未开通|关闭', 'disabled'],
	['禁用|冻结|锁定|封禁|停用', 'blocked'],
	['不存在', 'does not exist'],
	['已满', 'full'],
	['过多|太多', 'too many'],
	['频繁|频率', 'frequency'],
	['超过|超出|超限', 'exceeded'],
	['限制|上限', 'limit'],
	['拒绝', 'rejected'],
	['稍后', 'later'],
	['再试|重试', 'try again'],
	['垃圾', 'spam'],
];

const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');

const TABLE = VOCABULARY.map(
	([stems, english]) =>
		[new RegExp(`(?<!\\p{L})(?:${bare(stems)})\\p{L}*`, 'gu'), english] as const,
);

/**
 * Puts English for the words that tell why something was refused, so that rules on words hold in
 * other languages. English itself stays as it is.
 *
 * @param text lower case
 */
export function translateWords(text: string): string {
	const european = TABLE.reduce((said, [stem, english]) => said.replace(stem, english), bare(text));
	return CHINESE.reduce(
		(said, [word, english]) => said.replace(new RegExp(word, 'g'), ` ${english} `),
		european,
	);
}
