//! Words that passwords are made of all over the world, written down for this program. A password that is
//! one of them, with or without decoration, is refused; runs and repetitions are found by rule.

/// Whether the word, in lower case, is one of them.
pub(super) fn contains(word: &str) -> bool {
    WORDS.split_ascii_whitespace().any(|known| known == word)
}

const WORDS: &str = "
    password passwort passwd pass passphrase passcode motdepasse contrasena contraseña senha parola wachtwoord
    haslo lozinka salasana losenord lösenord adgangskode heslo sifre parool jelszo kennwort geheim secret
    topsecret changeme changeit letmein letmeinnow welcome welcomeback willkommen bienvenue bienvenido
    benvenuto default guest visitor temporary temp temporal initial startup start begin admin administrator
    administrador administrateur root superuser sysadmin system manager master operator owner user username
    login logon signin account access enter entrar unlock open opensesame sesame test tester testing testtest
    demo example sample dummy blank none nothing null undefined unknown trial private public internal
    computer laptop desktop server windows microsoft apple macintosh linux ubuntu debian google facebook
    instagram whatsapp twitter youtube linkedin amazon netflix samsung android iphone nokia internet network
    website webmaster wordpress drupal joomla database backup oracle mysql postgres redis mongodb cisco router
    rowhouse qwerty qwertz azerty qwertyuiop asdf asdfgh zxcvbn keyboard
    iloveyou iloveu loveyou loveme lovelove lover lovely mylove truelove iloveme ichliebedich jetaime teamo
    tequiero tiamo amore amour sweetheart sweety sweetie darling honey babygirl babyboy baby beautiful
    gorgeous sexy hottie kisskiss kisses forever friends bestfriend friendship family mother father mutter
    vater brother sister daughter princess princesa prinzessin prince queen king kingdom angel angels
    angelina heaven jesus jesuschrist christ godisgood blessed blessing faith hope grace trinity
    sunshine sunflower sunny moonlight moonshine starlight stars summer winter spring autumn sommer herbst
    january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
    dragon monkey tiger tigger lion panther leopard eagle falcon phoenix unicorn butterfly dolphin kitten
    kitty hellokitty pussycat puppy doggy doggie bulldog horse horses ponies rabbit bunny turtle spider
    scorpion shark bear teddybear mouse mickey minnie donald snoopy scooby garfield simba bambi nemo
    chicken turkey hamster schatz schatzi liebling mausi hasi spatz
    football fussball futbol soccer baseball basketball hockey tennis golf golfer cricket rugby volleyball
    liverpool arsenal chelsea manchester barcelona realmadrid juventus bayern dortmund schalke benfica
    yankees redsox cowboys steelers lakers eagles packers raiders broncos dodgers
    superman batman spiderman ironman wolverine hulk thor captain avengers starwars skywalker yoda vader
    darthvader startrek matrix neo morpheus gandalf frodo hobbit pokemon pikachu naruto goku minecraft
    fortnite roblox zelda mario nintendo playstation xbox gamer game games player winner champion
    harley ferrari porsche mercedes mustang corvette camaro yamaha honda toyota jaguar audi bmw volkswagen
    michael michelle jennifer jessica jordan joshua matthew andrew daniel david robert thomas charlie
    charles george william anthony nicholas nicole ashley amanda melissa samantha stephanie elizabeth
    alexander alexandra maria marie anna sophie julia laura sarah hannah emma lena martin stefan andreas
    christian sebastian maximilian felix lukas jonas carlos miguel alejandro fernando
    cheese chocolate cookie cookies banana apples orange cherry strawberry pepper ginger coffee pizza
    peanut butter candy sugar vanilla whiskey corona heineken
    hello hallo hello hola bonjour ciao salut holahola hallohallo helloworld goodbye goodmorning goodnight
    whatever nevermind trustno fuckyou fuckoff fuck shit asshole bitch killer death devil satan ninja
    samurai warrior soldier hunter ranger shadow ghost phantom vampire zombie dark darkness black white
    purple yellow green silver golden diamond crystal money dollar rich lucky luckyme freedom liberty peace
    america american england london paris berlin deutschland france espana mexico canada brasil australia
    texas california newyork chicago boston dallas hamburg muenchen
    rockstar rockyou metallica nirvana slipknot eminem tupac beatles guitar music musica dance dancer
    mustangs maverick thunder lightning hurricane tornado ocean river mountain forest flower flowers rose
    roses daisy lilly jasmine violet lavender snow snowball snowflake blizzard fire firefire
    abcabc abcd abcdef aaa bbb xxx zzz onetwothree foobar foobaz
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_long_and_plain() {
        let words: Vec<&str> = WORDS.split_ascii_whitespace().collect();
        assert!(words.len() >= 400, "{}", words.len());
        assert!(words.iter().all(|w| *w == w.to_lowercase()));
    }
}
