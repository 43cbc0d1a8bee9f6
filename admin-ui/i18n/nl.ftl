# De woorden op de pagina's. Nederlands is de bron; en.ftl volgt.

# Rondom elke pagina
naar-inhoud = Naar de inhoud
menu-naam = Hoofdmenu
menu-zoeken = Aanbieders
menu-inzage = Mijn inzagevragen
menu-verzoeken = Verzoeken van anderen
menu-logboek = Logboek
menu-wachtend = wachtend
kruimelpad = Kruimelpad
afmelden = Afmelden
andere-taal = English
demo-regel = Dit is een demonstratie. Alle aanbieders en gegevens zijn verzonnen.
bladeren = Bladeren
bladeren-nieuwer = Nieuwste
bladeren-ouder = Ouder
annuleren = Annuleren
onbekend = Niet bekend
niet-van-toepassing = –
nooit = Nog nooit
vanaf = Vanaf
tot-en-met = tot en met
loopt-nog = loopt nog
door = door { $wie }
fout-woord = Fout:
fouten-kop =
    { $n ->
        [one] Er is { $getal } ding dat niet klopt
       *[other] Er zijn { $getal } dingen die niet kloppen
    }
grond-nodig = Nodig:

# Aanmelden
aanmelden-titel = Aanmelden
aanmelden-knop = Aanmelden
aanmelden-sessie = Uw sessie is afgelopen. Meld u opnieuw aan; wat u had opgeslagen is er nog.
aanmelden-mislukt = De naam of het wachtwoord klopt niet. Controleer beide en probeer het opnieuw.
aanmelden-te-vaak = Er is te vaak geprobeerd aan te melden. Wacht een paar minuten en probeer het opnieuw.
aanmelden-hulp = Geen account, of het wachtwoord vergeten? Vraag het de beheerder van uw organisatie.
veld-naam = Naam van uw account
veld-wachtwoord = Wachtwoord
fout-naam-leeg = Vul de naam van uw account in.
fout-wachtwoord-leeg = Vul uw wachtwoord in.

# Zoeken
zoeken-titel = Aanbieder zoeken
zoeken-inleiding = U zoekt in het eigen register. Op de pagina van een aanbieder ziet u welke andere gemeenten hem ook kennen.
zoeken-knop = Zoeken
veld-zoekterm = KVK-nummer, AGB-code of naam
veld-zoekterm-uitleg = Een KVK-nummer of AGB-code heeft 8 cijfers. Van een naam is een deel genoeg.
fout-zoekterm-leeg = Vul een KVK-nummer, een AGB-code of een deel van een naam in.
fout-zoekterm-kort = Vul ten minste 2 tekens van de naam in.
fout-zoekterm-bsn = Dit lijkt een burgerservicenummer. Zoek op KVK-nummer, AGB-code of naam van de aanbieder.
zoeken-aantal =
    { $n ->
        [one] { $getal } aanbieder gevonden
       *[other] { $getal } aanbieders gevonden
    }
zoeken-eerste =
    { $n ->
        [one] De eerste gevonden aanbieder
       *[other] De eerste { $getal } gevonden aanbieders
    }
zoeken-tabel = Gevonden aanbieders
zoeken-leeg = Geen aanbieder gevonden
zoeken-leeg-uitleg = Deze aanbieder staat niet in uw eigen register. Over een aanbieder die u niet kent, kunt u anderen niets vragen. Controleer het nummer, of laat de aanbieder eerst toevoegen.
zoeken-meer = Er zijn er meer. Vul meer van de naam in om de lijst korter te maken.
kolom-naam = Naam
kolom-kvk = KVK-nummer
kolom-agb = AGB-code
kolom-elders = Elders bekend
doet-niet-mee = Doet niet mee
elders-aantal =
    { $n ->
        [one] In { $getal } andere gemeente
       *[other] In { $getal } andere gemeenten
    }
dekking-titel = Dekking van het register
dekking-zin = Van de { $totaal } aanbieders doen er { $mee } mee. Alleen over die aanbieders kunnen andere gemeenten iets laten weten.
dekking-rechtsvorm = Rechtsvorm niet bekend
dekking-persoon = Achter de aanbieder staat een natuurlijk persoon
dekking-anders = Andere reden
dekking-uitleg = Doet een aanbieder niet mee, dan betekent stilte niet dat niemand hem kent.

# Aanbieder
elders-titel = Bij wie is deze aanbieder ook bekend?
elders-bekend =
    { $n ->
        [0] Geen andere gemeente liet weten deze aanbieder te kennen.
        [one] { $getal } andere gemeente kent deze aanbieder ook.
       *[other] { $getal } andere gemeenten kennen deze aanbieder ook.
    }
elders-zwijgt =
    { $n ->
        [one] Van { $getal } gemeente is er geen antwoord; die kan hem ook kennen.
       *[other] Van { $getal } gemeenten is er geen antwoord; die kunnen hem ook kennen.
    }
elders-leeg = Er is niemand om te vragen
elders-leeg-uitleg = Uw organisatie heeft geen convenant in werking met andere gemeenten. Vraag de beheerder naar de stand van het convenant.
elders-uitleg = Een treffer zegt alleen dát een gemeente betrokken is, niet waarom. “Geen treffer” betekent: die gemeente kent de aanbieder niet, of mag er niets over zeggen. “Geen antwoord” is geen nee.
kolom-gemeente = Organisatie
kolom-stand = Stand
kolom-sinds = Betrokken sinds
voor-dag = vóór
kolom-peil = Stand van
kolom-contact = Wie bellen
kolom-inzage = Inzage
stand-bekend = Bekend
stand-geen-treffer = Geen treffer
stand-geen-antwoord = Geen antwoord
stand-niet-gevraagd = Nog niet gevraagd
stand-niet-toegestaan = Niet toegestaan
leeftijd =
    { $n ->
        [0] vandaag
        [one] { $getal } dag oud
       *[other] { $getal } dagen oud
    }
inzage-vragen = Inzage vragen
inzage-bekijken = Inzage bekijken
deelname-ja = Deze aanbieder doet mee.
deelname-nee = Over deze aanbieder mag niet gevraagd worden.
deelname-natuurlijk-persoon = Achter deze aanbieder staat een natuurlijk persoon, en geen convenant van uw organisatie heeft daarvoor de strengere afspraak. Andere gemeenten krijgen er niets over te zien, en u kunt niet zien wie hem kent.
deelname-rechtsvorm-onbekend = De rechtsvorm is niet bekend. Er kan dus een natuurlijk persoon achter staan. Vul de rechtsvorm aan uit het Handelsregister; daarna kan de aanbieder meedoen.
deelname-afgeschermd = Uw eigen organisatie heeft deze aanbieder afgeschermd.
deelname-regels = De regels van het convenant laten het niet toe om over deze aanbieder te vragen.
deelname-geen-kvk = Er is geen KVK-nummer bekend. Zonder dat nummer kan de aanbieder niet vergeleken worden. Vul het aan uit het Handelsregister.
eigen-titel = Wat wij weten
overgedragen-aan = Overgedragen aan { $taak }
onder-beroepsgeheim = Valt onder een beroepsgeheim
niet-getoond = Niet getoond
naam-niet-getoond = Naam niet getoond
eigen-vestigingen = Vestigingen
eigen-rsin = RSIN
eigen-rechtsvorm = Rechtsvorm
eigen-ingevoerd = Ingevoerd
betrokken-titel = Onze betrokkenheid
betrokken-leeg = Er is geen contract, toezicht of label vastgelegd.
soort-contract = Contract
soort-toezicht = Toezicht
soort-label = Kwaliteitslabel

# Inzage vragen
vraag-titel = Inzage vragen aan { $gemeente }
vraag-inleiding = U vraagt { $gemeente } om gegevens over { $aanbieder }. U ziet eerst precies wat er verstuurd wordt; daarna beslist u.
veld-doel = Doel
veld-doel-uitleg = Waarvoor hebt u het nodig? Het antwoord mag alleen hiervoor gebruikt worden.
veld-zaak = Kenmerk van uw zaak
veld-zaak-uitleg = Het kenmerk blijft bij uw organisatie. Vul geen naam en geen burgerservicenummer in.
veld-evenredigheid = Waarom staat de vraag in verhouding tot het doel?
veld-subsidiariteit = Waarom kan het niet op een andere manier?
veld-categorie = Wat wilt u weten?
veld-categorie-uitleg = Vraag niet meer dan nodig. Een antwoord zegt dat iets er is, nooit wat erin staat.
fout-doel-leeg = Kies een doel.
fout-zaak-leeg = Vul het kenmerk van uw zaak in.
fout-zaak-bsn = Vanaf teken { $teken } van het kenmerk staat iets dat op een burgerservicenummer lijkt. Gebruik het nummer van de zaak.
fout-zaak-mailbox = Vanaf teken { $teken } van het kenmerk staat iets dat op een e-mailadres lijkt. Gebruik het nummer van de zaak.
fout-zaak-telefoon = Vanaf teken { $teken } van het kenmerk staat iets dat op een telefoonnummer lijkt. Gebruik het nummer van de zaak.
fout-zaak-lang = Het kenmerk is te lang. Gebruik ten hoogste 64 tekens.
fout-evenredigheid-leeg = Kies waarom de vraag in verhouding staat tot het doel.
fout-subsidiariteit-leeg = Kies waarom het niet op een andere manier kan.
fout-categorie-leeg = Kies ten minste één ding dat u wilt weten.
vraag-controleren = Verder: controleren
vraag-controle-titel = Controleer uw vraag
vraag-controle-inleiding = Er is nog niets verstuurd. Dit is alles wat { $gemeente } te zien krijgt.
vraag-gaat-mee = Dit gaat naar { $gemeente }
vraag-kenmerk-uitleg = Als kenmerk van de treffer. De naam gaat niet over de lijn.
vraag-wie = Wie vraagt
vraag-wie-uitleg = Uw organisatie, uw rol en een schuilnaam.
vraag-blijft-hier = Dit blijft hier
vraag-zaak-uitleg = Er gaat alleen een vingerafdruk mee, die niet terug te rekenen is.
vraag-naam = Uw naam
vraag-naam-uitleg = Alleen uw eigen organisatie kan de schuilnaam herleiden.
vraag-vastgelegd = De vraag wordt in beide logboeken vastgelegd.
vraag-versturen = Versturen naar { $gemeente }
vraag-wijzigen = Terug en wijzigen
vraag-tegengehouden = Uw eigen node houdt deze vraag tegen
vraag-tegengehouden-uitleg = Er is niets verstuurd. Dit zijn de redenen, met wat er nodig is.

# Inzage
inzagen-inleiding = Wat u andere gemeenten vroeg, en wat zij antwoordden.
inzagen-leeg = U hebt nog geen inzage gevraagd
inzagen-leeg-uitleg = Zoek een aanbieder, open zijn pagina en kies “Inzage vragen” bij een gemeente die hem kent.
kolom-aanbieder = Aanbieder
kolom-doel = Doel
kolom-gevraagd = Gevraagd
kolom-gevraagd-aan = Gevraagd aan
inzage-titel = Inzage: { $aanbieder } bij { $gemeente }
inzage-stand-onderweg = Onderweg
inzage-stand-wacht = Wacht op besluit
inzage-stand-beantwoord = Beantwoord
inzage-stand-geweigerd = Geweigerd
inzage-stand-geen-antwoord = Geen antwoord
inzage-stand-verlopen = Verlopen
inzage-stand-ingetrokken = Ingetrokken
inzage-onderweg-uitleg = De vraag is vastgelegd en gaat naar { $gemeente }. U kunt deze pagina verlaten; het gaat door.
inzage-wacht-uitleg = Bij { $gemeente } beslist een medewerker, uiterlijk { $moment }. U kunt deze pagina verlaten.
inzage-beantwoord-uitleg = { $gemeente } antwoordde op { $moment }.
inzage-geweigerd-mens = { $gemeente } heeft uw vraag geweigerd
inzage-reden = Reden:
inzage-geweigerd-node = De node van { $gemeente } heeft uw vraag geweigerd
inzage-geweigerd-node-uitleg = Een node zegt nooit waarom, zodat niemand iets uit een weigering kan afleiden. Klopt het volgens u niet, bel dan de contactpersoon van die organisatie.
inzage-geen-antwoord = { $gemeente } is niet bereikbaar
inzage-geen-antwoord-uitleg = Uw vraag is bewaard. Bel desnoods de contactpersoon, of vraag het later opnieuw vanaf de pagina van de aanbieder.
inzage-laatste-poging = Laatste poging:
inzage-verlopen-uitleg = De termijn liep af op { $moment }. Het antwoord is gewist, zoals afgesproken.
inzage-ingetrokken-uitleg = { $gemeente } meldde op { $moment }:
inzage-ingetrokken-antwoord = Het antwoord van { $moment } is gewist.
inzage-ingetrokken-geen-antwoord = Er komt geen antwoord.
inzage-ingetrokken-verwijzing = De vraag blijft als verwijzing in uw zaak.
inzage-vernieuwen = Deze pagina ververst zichzelf.
inzage-vernieuwen-knop = Nu verversen
inzage-pauze = Niet vanzelf verversen
inzage-vraag-titel = De vraag
antwoord-titel = Het antwoord
antwoord-contract = Contract
antwoord-contract-geen = Er is geen contract.
antwoord-toezicht = Toezicht
antwoord-label = Kwaliteitslabel
antwoord-contact = Contact
kolom-wet = Wet
kolom-zorgvormen = Zorgvormen
kolom-variant = Variant
kolom-rol = Rol
kolom-van = Van
kolom-tot = Tot en met
toezicht-open = Loopt
toezicht-gesloten = Afgesloten
toezicht-halfjaar = in halfjaar { $half } van { $jaar }
toezicht-uitleg = Alleen dát er toezicht is of was. Welk soort en waarom blijft bij de bron.
label-letter = Label { $letter }
label-uitleg = Gegeven op { $datum }, versie { $versie } van het toetsingskader.
verplichtingen-titel = Wat u moet doen en laten
verplichting-doel = Alleen gebruiken voor
verplichting-tot = Bewaren tot
verplichting-tot-uitleg = Daarna wordt het antwoord vanzelf gewist.
verplichting-delen = Delen
verplichting-delen-uitleg = Niet aan anderen doorgeven.
verplichting-convenant = Onder
verplichting-bron = Bron
verplichting-mens = Er gebeurt niets vanzelf met een aanbieder. Een mens besluit.

# Verzoeken
verzoeken-inleiding = Vragen van andere gemeenten waarop iemand van uw organisatie moet besluiten.
verzoeken-wachtend = Wacht op besluit
verzoeken-besloten = Besloten
verzoeken-leeg = Er wacht niets
verzoeken-leeg-uitleg = Er zijn nu geen vragen van andere gemeenten waarop een besluit nodig is. Nieuwe vragen komen hier vanzelf bij.
kolom-vrager = Gevraagd door
kolom-namens = Namens
kolom-ontvangen = Ontvangen
kolom-besluit-voor = Besluit uiterlijk
verzoek-stand-wacht = Wacht op besluit
verzoek-stand-verleend = Verleend
verzoek-stand-geweigerd = Geweigerd
verzoek-stand-verlopen = Niet op tijd
verzoek-stand-vanzelf = Vanzelf beantwoord
verzoeken-dicht = Alleen te weigeren
kolom-verzoek = Verzoek
verzoek-dicht-titel = Verzoek { $kenmerk }
verzoek-dicht-uitleg = De regels tonen niet meer wat hier is gevraagd. Verlenen kan daarom niet. Weigeren kan wel; doet niemand iets, dan verloopt het vanzelf tot een nee.
verzoek-dicht-gevolg = U weigert dit verzoek. Uw reden: { $reden }. Wat de vrager hoort, bepalen de regels: die laten hierover niets naar buiten.
veld-redendicht = Reden van weigeren
veld-redendicht-uitleg = De reden komt in uw eigen logboek.
verzoek-titel = Verzoek van { $gemeente }
verzoek-vraag-titel = De vraag
verzoek-antwoord-titel = Dit zou het antwoord zijn
verzoek-antwoord-uitleg = Alleen wat gevraagd is en volgens de regels mag. Er kan niets bij geschreven worden.
besluit-titel = Uw besluit
veld-besluit = Wat besluit u?
veld-reden = Reden van weigeren
veld-reden-uitleg = Alleen nodig als u weigert. De vrager krijgt deze reden te zien.
besluit-verlenen = Inzage verlenen
besluit-weigeren = Weigeren
fout-besluit-leeg = Kies of u de inzage verleent of weigert.
fout-reden-leeg = Kies een reden om te weigeren.
besluit-verder = Verder: bevestigen
besluit-bevestigen-titel = Bevestig uw besluit
besluit-verlenen-gevolg = U verleent { $gemeente } inzage in wat hieronder staat over { $aanbieder }. Het antwoord gaat direct weg.
besluit-weigeren-gevolg = U weigert { $gemeente } de inzage. De reden die zij zien: { $reden }.
besluit-vast = Uw besluit wordt vastgelegd in het logboek en is niet terug te draaien.
besluit-verlenen-knop = Inzage verlenen
besluit-weigeren-knop = Inzage weigeren
besluit-geen-recht = Met uw rol kunt u dit verzoek lezen, maar er niet op besluiten.

# Logboek
logboek-inleiding = Alles wat deze node vroeg, gaf en weigerde. Uit dit logboek kan niets verwijderd worden.
logboek-eigen = Wat u zelf deed, en wat er met uw vragen gebeurde. Uit dit logboek kan niets verwijderd worden.
logboek-leeg = Het logboek is nog leeg
logboek-leeg-uitleg = Zodra iemand iets vraagt, geeft of wijzigt, staat het hier.
logboek-aantal =
    { $n ->
        [one] { $getal } regel
       *[other] { $getal } regels
    }
logboek-nummer = nr. { $n }

# Als iets niet kan
fout-nummer = Nummer van deze fout:
fout-naar-begin = Naar het begin
fout-niet-gevonden-titel = Niet gevonden
fout-niet-gevonden-wat = Op dit adres staat niets. Misschien is het adres verkeerd overgenomen, of is het gegeven na de bewaartermijn gewist.
fout-niet-gevonden-nu = Ga terug en kies opnieuw, of zoek de aanbieder.
fout-geen-recht-titel = Dit mag niet met uw rol
fout-geen-recht-wat = Uw account mist de rol die hiervoor nodig is. Er is niets veranderd.
fout-geen-recht-nu = Denkt u dat u deze rol hoort te hebben, vraag het dan de beheerder van uw organisatie.
fout-regels-titel = Dit mag niet van de regels
fout-regels-wat = De regels zeggen nee, en er is niets veranderd. De weigering staat in het logboek.
fout-regels-nu = Hieronder staat waarom, en wat er nodig is.
fout-sessie-titel = Uw sessie is afgelopen
fout-sessie-wat = Voor de veiligheid duurt een sessie niet langer dan nodig. Wat u verstuurde, is niet uitgevoerd.
fout-sessie-nu = Meld u opnieuw aan en verstuur het nog eens.
fout-gewijzigd-titel = Iemand anders was u voor
fout-gewijzigd-wat = Dit is intussen door een ander gewijzigd of al besloten. Uw wijziging is niet uitgevoerd.
fout-gewijzigd-nu = Open de pagina opnieuw om de nieuwe stand te zien.
fout-onleesbaar-titel = Dit kan de node niet lezen
fout-onleesbaar-wat = Wat verstuurd werd, heeft niet de verwachte vorm. Er is niets veranderd.
fout-onleesbaar-nu = Ga terug, ververs de pagina en probeer het opnieuw.
fout-te-vaak-titel = Te vaak geprobeerd
fout-te-vaak-wat = Er kwamen in korte tijd te veel verzoeken. Er is niets veranderd.
fout-te-vaak-nu = Wacht een paar minuten en probeer het opnieuw.
fout-niet-beschikbaar-titel = De node kan dit nu niet
fout-niet-beschikbaar-wat = Er ging iets mis in de node zelf. Wat vastgelegd was, is er nog.
fout-niet-beschikbaar-nu = Probeer het over een paar minuten opnieuw. Blijft het zo, geef dan het nummer hieronder aan de beheerder.

# Toegankelijkheid
toegankelijkheid-titel = Toegankelijkheid
toegankelijkheid-inleiding = { $organisatie } wil dat iedereen met BasisNet kan werken. Hier staat wat er getoetst is, en wat nog niet.
toegankelijkheid-getoetst-titel = Wat getoetst is
toegankelijkheid-getoetst-1 = Elke pagina wordt bij elke wijziging in Chromium getoetst met axe op WCAG 2.2, niveau A en AA, licht en donker, breed en smal.
toegankelijkheid-getoetst-2 = Alle pagina's werken zonder JavaScript.
toegankelijkheid-getoetst-3 = Het contrast van alle kleuren wordt bij elke wijziging nagerekend.
toegankelijkheid-niet-titel = Wat nog niet getoetst is
toegankelijkheid-niet-1 = Er is nog niet met een schermlezer, met alleen het toetsenbord of bij 400% vergroting getoetst door een mens.
toegankelijkheid-niet-2 = Er is nog geen onderzoek volgens WCAG-EM gedaan.
toegankelijkheid-oordeel = Daarom zeggen wij niet dat BasisNet aan de eisen voldoet. Een automatische toets vindt maar een deel van de problemen.
toegankelijkheid-melden-titel = Loopt u ergens tegenaan?
toegankelijkheid-melden = Meld het de beheerder van BasisNet bij uw organisatie.

# Wat een actie deed
gedaan-verstuurd = Uw vraag is vastgelegd en verstuurd naar { $gemeente }.
gedaan-verleend = De inzage is verleend aan { $gemeente }.
gedaan-geweigerd = De inzage is geweigerd aan { $gemeente }.
gedaan-geweigerd-dicht = Het verzoek is geweigerd.
gedaan-afgemeld = U bent afgemeld.

# Woorden voor codes
rol-toezichthouder-kwaliteit = Toezichthouder kwaliteit
rol-toezichthouder-rechtmatigheid = Toezichthouder rechtmatigheid
rol-contractmanager = Contractmanager
rol-fg = Functionaris gegevensbescherming
rol-verwerkingsverantwoordelijke = Verwerkingsverantwoordelijke
rol-beheerder = Beheerder
rol-beleid = Beleid
rol-toegang = Toegang
rol-afdeling = Andere afdeling
rol-financien = Financiën
rol-privacyfunctionaris = Privacyfunctionaris
rol-auditor = Auditor
wet-wmo = Wmo 2015
wet-jeugdwet = Jeugdwet
variant-inspanningsgericht = Inspanningsgericht
variant-outputgericht = Outputgericht
variant-taakgericht = Taakgericht
contractrol-main = Hoofdaannemer
contractrol-sub = Onderaannemer
categorie-contract = Of er een contract is
categorie-contract-uitleg = Wet, zorgvormen, variant, rol en periode; geen prijzen.
categorie-toezicht = Of er toezicht loopt of liep
categorie-toezicht-uitleg = Lopend of afgesloten, en in welk halfjaar.
categorie-label = Het kwaliteitslabel
categorie-label-uitleg = Letter, datum en versie van het toetsingskader.
categorie-contact = Wie te bellen
categorie-contact-uitleg = Een team, nooit een persoon.
evenredigheid-ongoing-onderzoek = Er loopt een onderzoek waarvoor dit nodig is
evenredigheid-contract-decision = Een besluit over een contract hangt ervan af
evenredigheid-samenloop = Meer gemeenten zijn bij deze aanbieder betrokken
subsidiariteit-aanbieder-asked = De aanbieder is gevraagd en gaf het niet
subsidiariteit-asking-would-harm = Vragen aan de aanbieder zou het toezicht schaden
subsidiariteit-not-public = Openbare bronnen hebben het niet
reden-not-proportionate = De vraag staat niet in verhouding tot het doel
reden-harms-toezicht = Een antwoord zou het toezicht nu schaden
reden-statutory-route = Er is een andere weg in de wet
reden-not-decided-in-time = Er is niet op tijd besloten
intrekking-withdrawn = de gegevens zijn ingetrokken
intrekking-corrected = de gegevens klopten niet, stel de vraag opnieuw
intrekking-restricted = het gebruik van de gegevens is beperkt (AVG art. 18)
doel-p01 = Contractbeheer en inkoop (P01)
doel-p03 = Toezicht op kwaliteit Wmo (P03)
doel-p04 = Toezicht op rechtmatigheid Wmo (P04)
doel-p05 = Toezicht op rechtmatigheid Jeugdwet (P05)
doel-p08 = Weten dat een andere gemeente betrokken is (P08)
rechtsvorm-eenmanszaak = Eenmanszaak
rechtsvorm-vof = Vennootschap onder firma
rechtsvorm-maatschap = Maatschap
rechtsvorm-cv = Commanditaire vennootschap
rechtsvorm-rederij = Rederij
rechtsvorm-bv = Besloten vennootschap
rechtsvorm-bv-in-oprichting = Besloten vennootschap in oprichting
rechtsvorm-nv = Naamloze vennootschap
rechtsvorm-stichting = Stichting
rechtsvorm-vereniging = Vereniging
rechtsvorm-vereniging-beperkt = Vereniging met beperkte rechtsbevoegdheid
rechtsvorm-vereniging-van-eigenaars = Vereniging van eigenaars
rechtsvorm-cooperatie = Coöperatie
rechtsvorm-onderlinge-waarborgmaatschappij = Onderlinge waarborgmaatschappij
rechtsvorm-kerk = Kerkgenootschap
rechtsvorm-overheid = Publiekrechtelijke rechtspersoon
rechtsvorm-europees = Europese rechtsvorm
rechtsvorm-buitenlands = Buitenlandse rechtsvorm
rechtsvorm-onbekend = Niet bekend
taak-gemeente-contractbeheer = contractbeheer
taak-gemeente-toezicht-kwaliteit = toezicht op kwaliteit
taak-gemeente-toezicht-rechtmatigheid = toezicht op rechtmatigheid
taak-gemeente-intake = de intake
taak-gemeente-beleid = beleid
taak-gemeente-samenwerking = samenwerking
taak-gemeente-rechten = verzoeken van betrokkenen
taak-gemeente-beheer = beheer
toezichtsoort-quality = op kwaliteit
toezichtsoort-lawfulness = op rechtmatigheid
toezicht-stand-open = loopt
toezicht-stand-closed = afgesloten
zorgvormen = zorgvormen { $vormen }
label-a = Label A
label-b = Label B
label-c = Label C
label-d = Label D
label-f = Label F
inzage-gesloten = Er is een antwoord, maar u mag het nu niet gebruiken
inzage-gesloten-uitleg = Dit zijn de redenen, met wat er nodig is.
convenant-versie = { $naam }, versie { $versie }
veld-doel-niet-in-werking = Nog niet in werking gesteld door uw organisatie.
kort-evenredigheid = In verhouding, want
kort-subsidiariteit = Niet anders, want
kort-categorie = Gevraagd
antwoord-niet-gegeven = Niet gegeven
antwoord-niet-gegeven-uitleg = Er is hierover niets, of het mag niet gegeven worden. Welk van beide is niet te zien.

# Attenderingen en alarmen
menu-attenderingen = Attenderingen
menu-alarmen = Alarmen
attenderingen-inleiding = Waar uw node u op wijst: samenloop, en nieuwe treffers op aanbieders die u volgt. Wat u ermee doet, bepaalt u.
attenderingen-nieuw = Nog niet gelezen
attenderingen-gelezen = Gelezen
attenderingen-leeg = Er is niets nieuws
attenderingen-leeg-uitleg = Volg een aanbieder op zijn pagina; dan ziet u het hier als een andere gemeente hem ook blijkt te kennen.
attendering-treffer = Nieuwe treffer
attendering-samenloop = Samenloop
attendering-treffer-zin = Ook bekend in { $gemeente }.
attendering-samenloop-zin =
    { $n ->
        [one] { $getal } organisatie is betrokken, de uwe meegeteld. Ook bekend in
       *[other] { $getal } organisaties zijn betrokken, de uwe meegeteld. Ook bekend in
    }
attendering-onbekend-zin =
    { $n ->
        [one] Van { $getal } gemeente is het niet bekend:
       *[other] Van { $getal } gemeenten is het niet bekend:
    }
attendering-gelezen-knop = Gelezen
kolom-soort = Soort
kolom-wat = Wat er is
kolom-gelezen = Gelezen
kolom-eerst = Eerste keer
kolom-laatst = Laatste keer
kolom-keren = Aantal keren
samenloop-kop =
    { $n ->
        [one] Samenloop: { $getal } organisatie is betrokken, de uwe meegeteld
       *[other] Samenloop: { $getal } organisaties zijn betrokken, de uwe meegeteld
    }
samenloop-uitleg = Dat zegt niets over waarom. Wie geen antwoord gaf, is niet meegeteld en kan ook betrokken zijn.
volgen-knop = Deze aanbieder volgen
volgen-niet-meer = Niet meer volgen
volgen-uitleg = Volgt u een aanbieder, dan krijgt u een attendering als een andere gemeente hem ook blijkt te kennen.
gedaan-gevolgd = U volgt deze aanbieder.
gedaan-ontvolgd = U volgt deze aanbieder niet meer.
alarmen-inleiding = Wat erop wijst dat een lid meer vraagt of te weten komt dan nodig is. De node weigert wat zij moet weigeren; wat er verder gebeurt, beslist een mens.
alarmen-open = Wacht op een besluit
alarmen-besloten = Besloten
alarmen-leeg = Er zijn geen alarmen
alarmen-leeg-uitleg = Alle leden houden zich aan wat is afgesproken, voor zover uw node dat ziet.
alarm-titel = Alarm over { $gemeente }
alarm-open = Wacht op een besluit
alarm-doorgaan = Gaat door
alarm-besproken = Besproken
alarm-opgeschort = Opgeschort
alarm-keren =
    { $n ->
        [one] ({ $getal } keer)
       *[other] ({ $getal } keer)
    }
alarm-besluiten = Wat er is besloten
alarm-besluit-knop = Besluit vastleggen
alarm-geen-recht = Over een alarm beslist de verwerkingsverantwoordelijke.
alarmbesluit-doorgaan = Doorgaan: er is een verklaring
alarmbesluit-besproken = Besproken met het lid; het uitwisselen gaat door
alarmbesluit-opschorten = Opschorten: er gaat niets meer heen en weer, tot iemand anders besluit
veld-alarmbesluit = Wat besluit u?
veld-alarmreden = Waarom
veld-alarmreden-uitleg = Uw reden blijft in de eigen node.
fout-alarmbesluit-leeg = Kies wat u besluit.
fout-alarmreden = Geef een reden, zonder burgerservicenummer.
gedaan-alarm = Uw besluit over het alarm is vastgelegd.
