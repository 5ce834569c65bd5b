"""What may be suspicious about an instruction, and the wordings that tell of it.

Wordings are looked for in small letters on one line. Every gap has a bound, so that a text takes
time in proportion to its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """What is suspicious about an instruction."""

    OVERRIDE = "override"
    ROLE = "role"
    SYSTEM_PROMPT = "system_prompt"
    TOOLS = "tools"
    CREDENTIALS = "credentials"
    LINK = "link"
    CODE = "code"
    EXFILTRATION = "exfiltration"
    SECRECY = "secrecy"
    HIDDEN = "hidden"
    MARKUP = "markup"
    TOO_LONG = "too_long"


_RULES = (
    r"(?:instruction|rule|guideline|polic|prompt|direction|restriction|safeguard|safety|guardrail|"
    r"constraint|command|operator)\w*|\borders\b"
)
_SET_ASIDE = (
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*|circumvent\w*|disobey\w*|neglect\w*|"
    r"set aside|(?:not|stop) follow\w*|not obey)\b"
)
_OF_OTHERS = (
    r"\b(?:pages?|web\w*|attachments?|documents?|e-?mails?|messages?|tickets?|files?|results?|"
    r"outputs?|tools?|sites?|comments?|returns?|inside it|in it|it says)\b"
)
_WITHOUT = r"(?<!never )(?<!not )(?<!n't )\b(?:skip|bypass|disable|turn off|deactivate|suppress)"
_CONTROLS = (
    r"(?:approv|confirm|authori[sz]|permission|consent|verif|logging|logs\b|audit|monitor|sandbox|"
    r"safety|firewall|antivirus|access control)\w*"
)
_PRIVATE = (
    r"\b(?:conversations?|chat|history|transcripts?|memor(?:y|ies)|personal|private|confidential|"
    r"contents? of|databases?|users?'? (?:data|question|details|messages?)|"
    r"customers?'? (?:data|details|messages?)|(?:user|customer)'s|internal)\b"
)

PATTERNS: Mapping[Reason, tuple[str, ...]] = {
    Reason.OVERRIDE: (
        rf"{_SET_ASIDE}.{{0,40}}\b(?:{_RULES})",
        rf"{_SET_ASIDE}.{{0,20}}\b(?:everything|all|anything|what)\b.{{0,20}}\b(?:above|before|told"
        r"|said|earlier|learn(?:ed|t))\b",
        r"\b(?:previous|prior|earlier|above|old|original|existing)\b.{0,20}\b(?:instruction|rule|"
        r"guideline|polic|prompt|direction|restriction)\w*.{0,40}\b(?:outdated|obsolete|void|"
        r"invalid|no longer|not apply|cancell?ed|replaced|wrong)\b",
        r"\bnew (?:polic|rule|instruction|order|directive)\w*\s*:",
        rf"\b(?:obey|follow|execute|carry out|perform|do|trust)\b.{{0,30}}\b(?:instructions?|"
        rf"commands?|orders|what)\b.{{0,40}}{_OF_OTHERS}",
        rf"\btreat\b.{{0,60}}{_OF_OTHERS}.{{0,30}}\bas (?:an? |the )?(?:order|command|instruct|"
        r"trusted|operator)\w*",
        # The same in the languages that such texts come in most often.
        r"\b(?:ignorier|missacht|vergiss|vergesse|umgeh)\w*.{0,40}(?:anweisung|regel|vorgabe|"
        r"richtlinie|befehl)\w*",
        r"\b(?:ignor|olvid|omit|desobedec)\w*.{0,40}\b(?:instrucci|regla|indicaci|\u00f3rden)\w*",
        r"\b(?:ignor|oubli|contourn)\w*.{0,40}\b(?:consigne|r[e\u00e8]gle|instruction)\w*",
        r"\b(?:ignor|dimentic)\w*.{0,40}\b(?:istruzion|regol)\w*",
        r"\b(?:ignor|esque[c\u00e7])\w*.{0,40}\b(?:instru[c\u00e7]|regra)\w*",
        r"\bnege(?:er|ren)\b.{0,40}\b(?:instructie|regel)\w*",
        r"\u0438\u0433\u043d\u043e\u0440\u0438\u0440\w*|\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996",
    ),
    Reason.ROLE: (
        r"\byou are (?:now|no longer|an? (?:unrestricted|admin\w*|root|developer|system|free))\b",
        r"\b(?:act|behave|respond|speak|answer|work) as (?:an? |the |if you were )?(?:admin\w*|"
        r"root|developers?|operator|system|superuser|unrestricted|hacker|owner)\b",
        r"\b(?:pretend|impersonate|role-?play|jailbreak\w*|uncensored|unrestricted|unfiltered)\b",
        r"\b(?:dan|developer|god|debug|admin|sudo) mode\b|\bdo anything now\b",
        r"\bwithout (?:any )?(?:restrictions?|limits|polic(?:y|ies)|filters?|rules|censorship)\b",
        r"(?:^|[.!?;]\s*)(?:system|assistant|user|human|developer|operator)\s*:",
        r"\bfrom (?:now|this (?:point|moment))(?: on|,)",
        r"\b(?:user|caller|customer|sender) is (?:an? |the )?(?:admin\w*|operator|root|developer|"
        r"owner|trusted)\b",
        r"\b(?:everything|anything) is (?:allowed|permitted)\b|\bnothing is (?:forbidden|off)",
    ),
    Reason.SYSTEM_PROMPT: (
        r"\b(?:system|hidden|initial|secret|internal|developer)[- ]?(?:prompt|instruction|message)",
        r"\b(?:reveal|print|show|repeat|output|display|recite|dump|disclose|quote)\b.{0,40}\b(?:"
        r"prompt|instructions|guidelines|everything above|text above|words above)\b",
        r"\byour (?:own )?(?:prompt|instructions|guidelines|configuration|training data)\b",
    ),
    Reason.TOOLS: (
        r"\b\w{0,30}(?:send|mail|delete|transfer|pay|payment|shell|exec\w{0,4}|terminal|bash|upload"
        r"|http|admin|purchase)(?:_\w{1,30})?\b (?:tool|function|plugin|command|api)\b",
        rf"{_WITHOUT}\w*\b.{{0,30}}\b{_CONTROLS}",
        rf"^(?!.{{0,200}}\b(?:never|not|no|don't)\b).{{0,250}}\bwithout (?:asking|any|the|human|"
        rf"user)?.{{0,15}}\b{_CONTROLS}",
        r"\b(?:approve|grant|authori[sz]e|permit)\b.{0,15}\b(?:all|every|any|each|automatic\w+)\b",
        r"\bconfirm\b.{0,30}\b(?:payment|transfer|refund|purchase|order)s?\b.{0,20}\bautomatic",
        r"\b(?:transfer|wire|send|pay)\b.{0,30}\b(?:money|funds|bitcoin|crypto\w*|gift cards?)\b",
        r"\b(?:change|raise|escalate|grant|elevate)\b.{0,20}\b(?:privilege|permission|access)\w*",
    ),
    Reason.CREDENTIALS: (
        r"\b(?:passwor[dt]|passwd|passphrase|passcode|contrase\w+|mot de passe)",
        r"\b(?:api|secret|access|private|encryption|ssh|signing)[- _]?keys?\b|\bcredentials?\b",
        r"\b(?:access|auth\w*|session|refresh|security|bearer|csrf|oauth) (?:token|cookie)s?\b",
        r"\bid_rsa\b|(?<!\w)\.(?:env|ssh|aws|netrc|npmrc)\b|\b(?:environment|env) variables?\b",
        r"\b(?:2fa|otp|cvv|iban|ssn|one-time (?:code|password)|pin code|verification code)s?\b",
        r"\b(?:credit|debit|bank) ?card|\bcard numbers?\b|\bsocial security\b|\bsecrets\b",
    ),
    Reason.LINK: (
        r"\b(?:https?|hxxps?|ftp|file|data|javascript)\s?:/{0,2}\S|\bwww\.",
        r"\b[\w-]{1,60}\.(?:com|net|org|io|ru|cn|xyz|info|biz|top|dev|app|example|onion)\b",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b|[\w.+-]{1,60}@[\w-]{1,60}\.\w",
        r"\[\.\]|\bdot (?:com|net|org|example)\b",
    ),
    Reason.CODE: (
        r"\b(?:rm -|sudo\b|chmod\b|chown\b|curl\b|wget\b|netcat\b|nc -|scp\b|powershell\b|mkfs|"
        r"dd if=|cmd\.exe|crontab|kill -9|bash -c|sh -c|pip install|npm install|force[- ]push)",
        r"\b(?:eval|exec|system|popen)\s?\(|\bos\.system\b|\bsubprocess\b|__import__|\bshell_exec",
        r"\b(?:drop|truncate) (?:table|database)\b|\bdelete from\b|\bunion select\b",
        r"\b(?:execute|run|eval|evaluate|install|launch)\b.{0,30}\b(?:code|scripts?|binar\w+|"
        r"payloads?|commands?|macros?|programs?)\b.{0,30}\b(?:in|from|found|inside|attached|given|"
        r"provided)\b",
        r"\bdownload\w*\b.{0,40}\b(?:and|then|to)\b.{0,20}\b(?:run|execute|install|launch|start)\b",
        r"\|\s?(?:ba|z|da)?sh\b|\$\(|&&|;\s?rm\b",
        r"\b(?:delete|wipe|erase|destroy) (?:all|every\w*|the (?:whole|entire))\b",
    ),
    Reason.EXFILTRATION: (
        r"\b(?:send|post|forward|upload|submit|transmit|e-?mail|share|publish|copy|deliver|export)"
        rf"\w*\b.{{0,40}}{_PRIVATE}",
        r"\b(?:send|forward|post|mail|e-?mail|upload)\w*\b.{0,60}\bto (?:me|us|my|our)\b",
        r"\bexfiltrat\w*|\bleak (?:the|all|any|its|their|user|customer)\b|\bwebhooks?\b|\bpastebin",
        r"\b(?:remote|external|foreign|attacker\w*|my|our own) (?:server|address|host|endpoint|"
        r"site|account|inbox)\b|\bthird[- ]part(?:y|ies)\b",
        r"\b(?:other|another) (?:user|tenant|customer|agent)\w*'?s?\b.{0,20}\b(?:data|memor\w+|"
        r"messages?|conversations?|files?)\b",
        r"\b(?:append|include|attach|embed|insert|encode)\w*\b.{0,40}\b(?:conversation|chat|history|"
        r"transcript|user's (?:question|message|data))\b",
    ),
    Reason.SECRECY: (
        r"\b(?:not|n't|never|without)\b.{0,20}\b(?:tell|inform|notify|alert|warn|let)\w*\b.{0,25}\b"
        r"(?:users?|anyone|anybody|operators?|customers?|humans?|owners?|them)\b",
        r"\b(?:not|n't|never|without)\b.{0,20}\b(?:mention|reveal|disclos|admit|show|discuss)\w*\b"
        r".{0,25}\b(?:this|these|behaviou?rs?|instructions?|rules?|handbook)\b",
        r"\b(?:secretly|covertly|unnoticed|stealthily|surreptitiously)\b",
        r"\bwithout\b.{0,25}\b(?:knowing|knowledge|noticing)\b",
        r"\b(?:hide|conceal)\b.{0,30}\b(?:from|this|it)\b",
    ),
}
