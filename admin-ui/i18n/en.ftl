# The words on the pages, in English. nl.ftl is the source.

# Around every page
naar-inhoud = Skip to content
menu-naam = Main menu
menu-zoeken = Aanbieders
menu-inzage = My requests for inzage
menu-verzoeken = Requests from others
menu-logboek = Log
menu-wachtend = waiting
kruimelpad = Breadcrumb
afmelden = Sign out
andere-taal = Nederlands
demo-regel = This is a demonstration. All aanbieders and data are made up.
bladeren = Pages
bladeren-nieuwer = Newest
bladeren-ouder = Older
annuleren = Cancel
onbekend = Not known
niet-van-toepassing = –
nooit = Never
vanaf = From
tot-en-met = until
loopt-nog = still running
door = by { $wie }
fout-woord = Error:
fouten-kop =
    { $n ->
        [one] { $getal } thing is not right
       *[other] { $getal } things are not right
    }
grond-nodig = Needed:

# Sign in
aanmelden-titel = Sign in
aanmelden-knop = Sign in
aanmelden-sessie = Your session has ended. Sign in again; what you had saved is still there.
aanmelden-mislukt = The name or the password is not right. Check both and try again.
aanmelden-te-vaak = There were too many attempts to sign in. Wait a few minutes and try again.
aanmelden-hulp = No account, or forgot the password? Ask the administrator of your organisation.
veld-naam = Name of your account
veld-wachtwoord = Password
fout-naam-leeg = Enter the name of your account.
fout-wachtwoord-leeg = Enter your password.

# Search
zoeken-titel = Search an aanbieder
zoeken-inleiding = You search your own register. The page of an aanbieder (care provider) shows which other gemeenten know it too.
zoeken-knop = Search
veld-zoekterm = KVK number, AGB code or name
veld-zoekterm-uitleg = A KVK number or AGB code has 8 digits. Part of a name is enough.
fout-zoekterm-leeg = Enter a KVK number, an AGB code or part of a name.
fout-zoekterm-kort = Enter at least 2 characters of the name.
fout-zoekterm-bsn = This looks like a citizen service number (BSN). Search by KVK number, AGB code or name of the aanbieder.
zoeken-aantal =
    { $n ->
        [one] { $getal } aanbieder found
       *[other] { $getal } aanbieders found
    }
zoeken-eerste =
    { $n ->
        [one] The first aanbieder found
       *[other] The first { $getal } aanbieders found
    }
zoeken-tabel = Aanbieders found
zoeken-leeg = No aanbieder found
zoeken-leeg-uitleg = This aanbieder is not in your own register. You cannot ask others about an aanbieder you do not have. Check the number, or have the aanbieder added first.
zoeken-meer = There are more. Enter more of the name to make the list shorter.
kolom-naam = Name
kolom-kvk = KVK number
kolom-agb = AGB code
kolom-elders = Known elsewhere
doet-niet-mee = Takes no part
elders-aantal =
    { $n ->
        [one] In { $getal } other gemeente
       *[other] In { $getal } other gemeenten
    }
dekking-titel = Coverage of the register
dekking-zin = Of the { $totaal } aanbieders, { $mee } take part. Only about those can other gemeenten let you know something.
dekking-rechtsvorm = Legal form not known
dekking-persoon = A natural person stands behind the aanbieder
dekking-anders = Another reason
dekking-uitleg = When an aanbieder takes no part, silence does not mean that nobody knows it.

# Aanbieder
elders-titel = Who else knows this aanbieder?
elders-bekend =
    { $n ->
        [0] No other gemeente let you know that it knows this aanbieder.
        [one] { $getal } other gemeente knows this aanbieder too.
       *[other] { $getal } other gemeenten know this aanbieder too.
    }
elders-zwijgt =
    { $n ->
        [one] There is no answer from { $getal } gemeente; it may know it too.
       *[other] There is no answer from { $getal } gemeenten; they may know it too.
    }
elders-leeg = There is nobody to ask
elders-leeg-uitleg = Your organisation has no convenant in force with other gemeenten. Ask the administrator how the convenant stands.
elders-uitleg = A treffer only says that a gemeente is involved, not why. “No treffer” means: that gemeente does not know the aanbieder, or may not say anything about it. “No answer” is not a no.
kolom-gemeente = Organisation
kolom-stand = State
kolom-sinds = Involved since
voor-dag = before
kolom-peil = As of
kolom-contact = Whom to call
kolom-inzage = Inzage
stand-bekend = Known
stand-geen-treffer = No treffer
stand-geen-antwoord = No answer
stand-niet-gevraagd = Not asked yet
stand-niet-toegestaan = Not allowed
leeftijd =
    { $n ->
        [0] today
        [one] { $getal } day old
       *[other] { $getal } days old
    }
inzage-vragen = Ask for inzage
inzage-bekijken = See inzage
deelname-ja = This aanbieder takes part.
deelname-nee = Nothing may be asked about this aanbieder.
deelname-natuurlijk-persoon = A natural person stands behind this aanbieder, and no convenant of your organisation has the stricter clause for that. Other gemeenten get to see nothing about it, and you cannot see who knows it.
deelname-rechtsvorm-onbekend = The legal form is not known, so a natural person may stand behind it. Add the legal form from the trade register; then the aanbieder can take part.
deelname-afgeschermd = Your own organisation keeps this aanbieder out.
deelname-regels = The rules of the convenant do not allow questions about this aanbieder.
deelname-geen-kvk = There is no KVK number. Without it the aanbieder cannot be compared. Add it from the trade register.
eigen-titel = What we know
overgedragen-aan = Handed over to { $taak }
onder-beroepsgeheim = Under professional secrecy
niet-getoond = Not shown
naam-niet-getoond = Name not shown
eigen-vestigingen = Establishments
eigen-rsin = RSIN
eigen-rechtsvorm = Legal form
eigen-ingevoerd = Entered
betrokken-titel = Our involvement
betrokken-leeg = No contract, supervision or label is on record.
soort-contract = Contract
soort-toezicht = Supervision
soort-label = Quality label

# Asking for inzage
vraag-titel = Ask { $gemeente } for inzage
vraag-inleiding = You ask { $gemeente } for data about { $aanbieder }. First you see exactly what will be sent; then you decide.
veld-doel = Purpose
veld-doel-uitleg = What do you need it for? The answer may be used for this only.
veld-zaak = Reference of your case
veld-zaak-uitleg = The reference stays with your organisation. Do not enter a name or a citizen service number.
veld-evenredigheid = Why is the question in proportion to the purpose?
veld-subsidiariteit = Why can it not be had in another way?
veld-categorie = What do you want to know?
veld-categorie-uitleg = Do not ask more than you need. An answer says that something is there, never what is in it.
fout-doel-leeg = Choose a purpose.
fout-zaak-leeg = Enter the reference of your case.
fout-zaak-bsn = From character { $teken } the reference holds something that looks like a citizen service number. Use the number of the case.
fout-zaak-mailbox = From character { $teken } the reference holds something that looks like an e-mail address. Use the number of the case.
fout-zaak-telefoon = From character { $teken } the reference holds something that looks like a telephone number. Use the number of the case.
fout-zaak-lang = The reference is too long. Use at most 64 characters.
fout-evenredigheid-leeg = Choose why the question is in proportion to the purpose.
fout-subsidiariteit-leeg = Choose why it cannot be had in another way.
fout-categorie-leeg = Choose at least one thing you want to know.
vraag-controleren = Next: check
vraag-controle-titel = Check your question
vraag-controle-inleiding = Nothing has been sent yet. This is all that { $gemeente } will see.
vraag-gaat-mee = This goes to { $gemeente }
vraag-kenmerk-uitleg = As the handle of the treffer. The name does not travel.
vraag-wie = Who asks
vraag-wie-uitleg = Your organisation, your role and a pseudonym.
vraag-blijft-hier = This stays here
vraag-zaak-uitleg = Only a fingerprint goes along, which cannot be inverted.
vraag-naam = Your name
vraag-naam-uitleg = Only your own organisation can resolve the pseudonym.
vraag-vastgelegd = The question is recorded in both logs.
vraag-versturen = Send to { $gemeente }
vraag-wijzigen = Back and change
vraag-tegengehouden = Your own node holds this question back
vraag-tegengehouden-uitleg = Nothing was sent. These are the reasons, with what is needed.

# Inzage
inzagen-inleiding = What you asked other gemeenten, and what they answered.
inzagen-leeg = You have not asked for inzage yet
inzagen-leeg-uitleg = Search an aanbieder, open its page and choose “Ask for inzage” at a gemeente that knows it.
kolom-aanbieder = Aanbieder
kolom-doel = Purpose
kolom-gevraagd = Asked
kolom-gevraagd-aan = Asked of
inzage-titel = Inzage: { $aanbieder } at { $gemeente }
inzage-stand-onderweg = On its way
inzage-stand-wacht = Waits for a decision
inzage-stand-beantwoord = Answered
inzage-stand-geweigerd = Refused
inzage-stand-geen-antwoord = No answer
inzage-stand-verlopen = Expired
inzage-stand-ingetrokken = Withdrawn
inzage-onderweg-uitleg = The question is recorded and on its way to { $gemeente }. You can leave this page; it goes on.
inzage-wacht-uitleg = At { $gemeente } a person decides, by { $moment }. You can leave this page.
inzage-beantwoord-uitleg = { $gemeente } answered on { $moment }.
inzage-geweigerd-mens = { $gemeente } has refused your question
inzage-reden = Reason:
inzage-geweigerd-node = The node of { $gemeente } has refused your question
inzage-geweigerd-node-uitleg = A node never says why, so that nobody can learn anything from a refusal. If you think it is wrong, call the contact of that organisation.
inzage-geen-antwoord = { $gemeente } cannot be reached
inzage-geen-antwoord-uitleg = Your question is kept. Call the contact if need be, or ask again later from the page of the aanbieder.
inzage-laatste-poging = Last try:
inzage-verlopen-uitleg = The term ended on { $moment }. The answer was erased, as agreed.
inzage-ingetrokken-uitleg = { $gemeente } said on { $moment }:
inzage-ingetrokken-antwoord = The answer of { $moment } was erased.
inzage-ingetrokken-geen-antwoord = No answer will come.
inzage-ingetrokken-verwijzing = The question stays as a reference in your case.
inzage-vernieuwen = This page refreshes itself.
inzage-vernieuwen-knop = Refresh now
inzage-pauze = Do not refresh by itself
inzage-vraag-titel = The question
antwoord-titel = The answer
antwoord-contract = Contract
antwoord-contract-geen = There is no contract.
antwoord-toezicht = Supervision
antwoord-label = Quality label
antwoord-contact = Contact
kolom-wet = Law
kolom-zorgvormen = Care forms
kolom-variant = Variant
kolom-rol = Role
kolom-van = From
kolom-tot = Until
toezicht-open = Running
toezicht-gesloten = Closed
toezicht-halfjaar = in half-year { $half } of { $jaar }
toezicht-uitleg = Only that there is or was supervision. Which kind and why stays at the source.
label-letter = Label { $letter }
label-uitleg = Given on { $datum }, version { $versie } of the framework of criteria.
verplichtingen-titel = What you must observe
verplichting-doel = Use for this only
verplichting-tot = Keep until
verplichting-tot-uitleg = Then the answer is erased by itself.
verplichting-delen = Sharing
verplichting-delen-uitleg = Do not pass it on to others.
verplichting-convenant = Under
verplichting-bron = Source
verplichting-mens = Nothing happens to an aanbieder by itself. A person decides.

# Requests
verzoeken-inleiding = Questions of other gemeenten on which somebody of your organisation has to decide.
verzoeken-wachtend = Waiting for a decision
verzoeken-besloten = Decided
verzoeken-leeg = Nothing is waiting
verzoeken-leeg-uitleg = There are no questions of other gemeenten now that need a decision. New ones appear here by themselves.
kolom-vrager = Asked by
kolom-namens = On behalf of
kolom-ontvangen = Received
kolom-besluit-voor = Decide by
verzoek-stand-wacht = Waits for a decision
verzoek-stand-verleend = Granted
verzoek-stand-geweigerd = Refused
verzoek-stand-verlopen = Not in time
verzoek-stand-vanzelf = Answered by itself
verzoeken-dicht = Can only be refused
kolom-verzoek = Request
verzoek-dicht-titel = Request { $kenmerk }
verzoek-dicht-uitleg = The rules no longer show what was asked here. So it cannot be granted. It can be refused; if nobody does anything, it lapses into a no by itself.
verzoek-dicht-gevolg = You refuse this request. Your reason: { $reden }. What the asker hears is for the rules to say: they let nothing out about it.
veld-redendicht = Reason to refuse
veld-redendicht-uitleg = The reason goes into your own log.
verzoek-titel = Request of { $gemeente }
verzoek-vraag-titel = The question
verzoek-antwoord-titel = This would be the answer
verzoek-antwoord-uitleg = Only what was asked for and what the rules allow. Nothing can be written to it.
besluit-titel = Your decision
veld-besluit = What do you decide?
veld-reden = Reason to refuse
veld-reden-uitleg = Needed only when you refuse. The asker gets to see this reason.
besluit-verlenen = Grant inzage
besluit-weigeren = Refuse
fout-besluit-leeg = Choose whether you grant or refuse the inzage.
fout-reden-leeg = Choose a reason to refuse.
besluit-verder = Next: confirm
besluit-bevestigen-titel = Confirm your decision
besluit-verlenen-gevolg = You grant { $gemeente } inzage of what stands below about { $aanbieder }. The answer leaves at once.
besluit-weigeren-gevolg = You refuse { $gemeente } the inzage. The reason they see: { $reden }.
besluit-vast = Your decision is recorded in the log and cannot be undone.
besluit-verlenen-knop = Grant inzage
besluit-weigeren-knop = Refuse inzage
besluit-geen-recht = With your role you can read this request, but not decide on it.

# Log
logboek-inleiding = All that this node asked, gave and refused. Nothing can be removed from this log.
logboek-eigen = What you did yourself, and what became of your questions. Nothing can be removed from this log.
logboek-leeg = The log is still empty
logboek-leeg-uitleg = As soon as somebody asks, gives or changes something, it is here.
logboek-aantal =
    { $n ->
        [one] { $getal } line
       *[other] { $getal } lines
    }
logboek-nummer = no. { $n }

# When something cannot be done
fout-nummer = Number of this error:
fout-naar-begin = To the start
fout-niet-gevonden-titel = Not found
fout-niet-gevonden-wat = There is nothing at this address. Perhaps it was copied wrongly, or the data was erased after its term.
fout-niet-gevonden-nu = Go back and choose again, or search the aanbieder.
fout-geen-recht-titel = Your role does not allow this
fout-geen-recht-wat = Your account lacks the role that this needs. Nothing was changed.
fout-geen-recht-nu = If you think you should have that role, ask the administrator of your organisation.
fout-regels-titel = The rules do not allow this
fout-regels-wat = The rules say no, and nothing was changed. The refusal is in the log.
fout-regels-nu = Below is why, and what is needed.
fout-sessie-titel = Your session has ended
fout-sessie-wat = For safety a session lasts no longer than needed. What you sent was not carried out.
fout-sessie-nu = Sign in again and send it once more.
fout-gewijzigd-titel = Somebody else was first
fout-gewijzigd-wat = This was changed or decided by somebody else in the meantime. Your change was not carried out.
fout-gewijzigd-nu = Open the page again to see the new state.
fout-onleesbaar-titel = The node cannot read this
fout-onleesbaar-wat = What was sent does not have the expected form. Nothing was changed.
fout-onleesbaar-nu = Go back, refresh the page and try again.
fout-te-vaak-titel = Tried too often
fout-te-vaak-wat = There were too many requests in a short time. Nothing was changed.
fout-te-vaak-nu = Wait a few minutes and try again.
fout-niet-beschikbaar-titel = The node cannot do this now
fout-niet-beschikbaar-wat = Something went wrong in the node itself. What was recorded is still there.
fout-niet-beschikbaar-nu = Try again in a few minutes. If it stays, give the number below to the administrator.

# Accessibility
toegankelijkheid-titel = Accessibility
toegankelijkheid-inleiding = { $organisatie } wants everybody to be able to work with BasisNet. Here is what was tested, and what was not.
toegankelijkheid-getoetst-titel = What was tested
toegankelijkheid-getoetst-1 = With every change each page is tested in Chromium with axe on WCAG 2.2, levels A and AA, light and dark, wide and narrow.
toegankelijkheid-getoetst-2 = All pages work without JavaScript.
toegankelijkheid-getoetst-3 = The contrast of all colours is computed with every change.
toegankelijkheid-niet-titel = What was not tested yet
toegankelijkheid-niet-1 = No person has tested yet with a screen reader, with the keyboard alone or at 400% zoom.
toegankelijkheid-niet-2 = No WCAG-EM evaluation has been done yet.
toegankelijkheid-oordeel = We therefore do not say that BasisNet conforms. An automatic test finds only part of the problems.
toegankelijkheid-melden-titel = Did you meet a barrier?
toegankelijkheid-melden = Tell the administrator of BasisNet at your organisation.

# What an action did
gedaan-verstuurd = Your question was recorded and sent to { $gemeente }.
gedaan-verleend = The inzage was granted to { $gemeente }.
gedaan-geweigerd = The inzage was refused to { $gemeente }.
gedaan-geweigerd-dicht = The request was refused.
gedaan-afgemeld = You are signed out.

# Words for codes
rol-toezichthouder-kwaliteit = Supervisor quality
rol-toezichthouder-rechtmatigheid = Supervisor lawfulness
rol-contractmanager = Contract manager
rol-fg = Data protection officer
rol-verwerkingsverantwoordelijke = Controller
rol-beheerder = Administrator
rol-beleid = Policy
rol-toegang = Intake
rol-afdeling = Other department
rol-financien = Finance
rol-privacyfunctionaris = Privacy officer
rol-auditor = Auditor
wet-wmo = Wmo 2015
wet-jeugdwet = Jeugdwet
variant-inspanningsgericht = By effort
variant-outputgericht = By result
variant-taakgericht = By task
contractrol-main = Main contractor
contractrol-sub = Subcontractor
categorie-contract = Whether there is a contract
categorie-contract-uitleg = Law, care forms, variant, role and period; no prices.
categorie-toezicht = Whether there is or was supervision
categorie-toezicht-uitleg = Running or closed, and in which half-year.
categorie-label = The quality label
categorie-label-uitleg = Letter, date and version of the framework of criteria.
categorie-contact = Whom to call
categorie-contact-uitleg = A team, never a person.
evenredigheid-ongoing-onderzoek = There is an onderzoek for which this is needed
evenredigheid-contract-decision = A decision on a contract depends on it
evenredigheid-samenloop = Several gemeenten are involved with this aanbieder
subsidiariteit-aanbieder-asked = The aanbieder was asked and did not give it
subsidiariteit-asking-would-harm = Asking the aanbieder would harm the supervision
subsidiariteit-not-public = Public sources do not have it
reden-not-proportionate = The question is not in proportion to the purpose
reden-harms-toezicht = An answer would harm the supervision now
reden-statutory-route = There is another way in law
reden-not-decided-in-time = It was not decided in time
intrekking-withdrawn = the data were withdrawn
intrekking-corrected = the data were not right, ask again
intrekking-restricted = the use of the data is restricted (GDPR art. 18)
doel-p01 = Contract management and purchase (P01)
doel-p03 = Supervision of quality Wmo (P03)
doel-p04 = Supervision of lawfulness Wmo (P04)
doel-p05 = Supervision of lawfulness Jeugdwet (P05)
doel-p08 = Know that another gemeente is involved (P08)
rechtsvorm-eenmanszaak = One-person business
rechtsvorm-vof = General partnership
rechtsvorm-maatschap = Professional partnership
rechtsvorm-cv = Limited partnership
rechtsvorm-rederij = Shipping partnership
rechtsvorm-bv = Private limited company
rechtsvorm-bv-in-oprichting = Private limited company being formed
rechtsvorm-nv = Public limited company
rechtsvorm-stichting = Foundation
rechtsvorm-vereniging = Association
rechtsvorm-vereniging-beperkt = Association with limited legal capacity
rechtsvorm-vereniging-van-eigenaars = Owners' association
rechtsvorm-cooperatie = Cooperative
rechtsvorm-onderlinge-waarborgmaatschappij = Mutual insurance company
rechtsvorm-kerk = Religious community
rechtsvorm-overheid = Body under public law
rechtsvorm-europees = European legal form
rechtsvorm-buitenlands = Foreign legal form
rechtsvorm-onbekend = Not known
taak-gemeente-contractbeheer = contract management
taak-gemeente-toezicht-kwaliteit = supervision of quality
taak-gemeente-toezicht-rechtmatigheid = supervision of lawfulness
taak-gemeente-intake = intake
taak-gemeente-beleid = policy
taak-gemeente-samenwerking = cooperation
taak-gemeente-rechten = requests of data subjects
taak-gemeente-beheer = operations
toezichtsoort-quality = of quality
toezichtsoort-lawfulness = of lawfulness
toezicht-stand-open = running
toezicht-stand-closed = closed
zorgvormen = care forms { $vormen }
label-a = Label A
label-b = Label B
label-c = Label C
label-d = Label D
label-f = Label F
inzage-gesloten = There is an answer, but you may not use it now
inzage-gesloten-uitleg = These are the reasons, with what is needed.
convenant-versie = { $naam }, version { $versie }
veld-doel-niet-in-werking = Not put into force by your organisation yet.
kort-evenredigheid = In proportion, for
kort-subsidiariteit = No other way, for
kort-categorie = Asked for
antwoord-niet-gegeven = Not given
antwoord-niet-gegeven-uitleg = There is nothing on this, or it may not be given. Which of the two cannot be seen.

# Notices and alarms
menu-attenderingen = Notices
menu-alarmen = Alarms
attenderingen-inleiding = What your node points out: several organisations with one provider, and new hits on providers that you follow. What you do with it is up to you.
attenderingen-nieuw = Unread
attenderingen-gelezen = Read
attenderingen-leeg = Nothing new
attenderingen-leeg-uitleg = Follow a provider on its page; then you see it here when another municipality turns out to know it too.
attendering-treffer = New hit
attendering-samenloop = Several organisations
attendering-treffer-zin = Also known in { $gemeente }.
attendering-samenloop-zin =
    { $n ->
        [one] { $getal } organisation is involved, yours included. Also known in
       *[other] { $getal } organisations are involved, yours included. Also known in
    }
attendering-onbekend-zin =
    { $n ->
        [one] Of { $getal } municipality it is not known:
       *[other] Of { $getal } municipalities it is not known:
    }
attendering-gelezen-knop = Mark as read
kolom-soort = Kind
kolom-wat = What there is
kolom-gelezen = Read
kolom-eerst = First time
kolom-laatst = Last time
kolom-keren = Times
samenloop-kop =
    { $n ->
        [one] { $getal } organisation is involved, yours included
       *[other] { $getal } organisations are involved, yours included
    }
samenloop-uitleg = That says nothing about why. Who gave no answer is not counted and may be involved too.
volgen-knop = Follow this provider
volgen-niet-meer = Stop following
volgen-uitleg = If you follow a provider, you get a notice when another municipality turns out to know it too.
gedaan-gevolgd = You follow this provider.
gedaan-ontvolgd = You no longer follow this provider.
alarmen-inleiding = What points at a member that asks or learns more than it needs. The node refuses what it must refuse; what else happens is for a person to decide.
alarmen-open = Waiting for a decision
alarmen-besloten = Decided
alarmen-leeg = There are no alarms
alarmen-leeg-uitleg = All members keep to what was agreed, as far as your node can see.
alarm-titel = Alarm about { $gemeente }
alarm-open = Waiting for a decision
alarm-doorgaan = Goes on
alarm-besproken = Discussed
alarm-opgeschort = Suspended
alarm-keren =
    { $n ->
        [one] ({ $getal } time)
       *[other] ({ $getal } times)
    }
alarm-besluiten = What was decided
alarm-besluit-knop = Record the decision
alarm-geen-recht = The controller decides on an alarm.
alarmbesluit-doorgaan = Go on: there is an explanation
alarmbesluit-besproken = Discussed with the member; the exchange goes on
alarmbesluit-opschorten = Suspend: nothing is exchanged until somebody decides otherwise
veld-alarmbesluit = What do you decide?
veld-alarmreden = Why
veld-alarmreden-uitleg = Your reason stays in your own node.
fout-alarmbesluit-leeg = Choose what you decide.
fout-alarmreden = Give a reason, without a citizen service number.
gedaan-alarm = Your decision on the alarm was recorded.
