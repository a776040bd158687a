"""Mail domains that belong to no firm: they never form a company."""

_DOMAINS = frozenset(
    """gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.ca
    yahoo.in yahoo.co.in yahoo.co.jp yahoo.com.br yahoo.com.ar yahoo.com.mx yahoo.com.au ymail.com
    rocketmail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it
    outlook.com outlook.fr outlook.de outlook.es outlook.sa live.com live.co.uk live.fr live.nl
    live.de msn.com passport.com icloud.com me.com mac.com aol.com aol.de aim.com proton.me
    protonmail.com protonmail.ch pm.me tutanota.com tuta.io tuta.com zoho.com zohomail.com
    fastmail.com fastmail.fm hey.com hushmail.com runbox.com posteo.de posteo.net mailbox.org
    mail.com email.com usa.com gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de freenet.de
    t-online.de arcor.de online.de 1und1.de yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru
    list.ru rambler.ru qq.com foxmail.com 163.com 126.com yeah.net sina.com sohu.com aliyun.com
    naver.com daum.net hanmail.net nate.com rediffmail.com orange.fr wanadoo.fr free.fr sfr.fr
    laposte.net bbox.fr numericable.fr libero.it virgilio.it alice.it tin.it tiscali.it
    btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
    shaw.ca rogers.com sympatico.ca videotron.ca telus.net bigpond.com optusnet.com.au
    iinet.net.au xtra.co.nz uol.com.br bol.com.br terra.com.br ig.com.br globo.com telefonica.net
    ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl telenet.be skynet.be proximus.be
    bluewin.ch hispeed.ch seznam.cz email.cz centrum.cz atlas.cz wp.pl o2.pl interia.pl onet.pl
    op.pl abv.bg ukr.net i.ua walla.co.il walla.com maktoob.com yahoo.com.eg link.net
    tedata.net.eg emirates.net.ae eim.ae batelco.com.bh qatar.net.qa stc.com.sa mailinator.com
    guerrillamail.com 10minutemail.com temp-mail.org yopmail.com trashmail.com
    privaterelay.appleid.com duck.com simplelogin.com anonaddy.me mozmail.com""".split()
)


def is_free_mail(domain: str) -> bool:
    """Whether a mail domain is a free, provider or throw-away one."""
    return domain.strip().casefold().removeprefix("@") in _DOMAINS
