"""Given names and the gender they tell: of English, Celtic, European, Arab, African and Asian use.

Only the list and its look-up. Names are plain lower-case letters: accents are folded away before the look-up.
"""

from __future__ import annotations

import unicodedata

_MALE = frozenset(
    """
    aakash aamir aarav aaron abbas abd abdallah abdel abdelaziz abdelkader abdi abdirahman abdoulaye abdul
    abdulaziz abdulkadir abdullah abdullahi abdulrahman abel abelardo abilio abiy abner abraham abu abubakar
    achim adalberto adam adel aditya adjei adnan adolfo adolph adrian adriano afonso agostino agus agustin
    ahmad ahmed ahmet aidan aitor ajay ajit akash akhil akhilesh akio akira akito akram akshat akshay akwasi
    ala alagappan alain alan alasdair alastair albert alberto albrecht alden alec alejandro aleksandr
    aleksey aleksi alessandro alessio alexander alexandros alexei alexey alf alfie alfonso alfred ali
    alistair allan allen almir alois aloisio alok alonso alonzo alphonse altaf alton alvaro alvin alvise
    amadeo amadou aman amar ambrish amedeo amilcar amin amir amit amitabh amnon amol amos amr anand anant
    anas anatoly ander anders andoni andre andreas andrei andres andreu andrew andrzej andy angelo angus
    anibal aniket anil anirudh anis ankit ankur ansar ansel anselm anselmo anshul antero anthony antoine
    anton antonin antonio antti anup anupam anwar arafat archibald archie arden ari arindam arjun arjuna
    arkady arlen arlo armand armando armin arnau arnaud arndt arne arnold arsene arsenio arshad artem arthur
    artie artur arturo artyom arun arvind asad asaduddin aseem asger asher ashish ashok ashraf ashton
    ashutosh ashwini asier asif assad attila attilio atul auberon augusto augustus aurelien aurelio avi
    avigdor avinash aviv axel ayman aymen ayush azim aziz babatunde babu badr badri bakr balaji baldev
    baldwin balint balram baltasar balwant bambang baptiste barack barnaby barney barry bart bartolomeo
    barton baruch bashar basil basilio bastian bastien baxter beau beauregard bela ben benedict benedito
    benigno benito benjamin benji bennett benno benny benoit bentley bento beppe bernard bernardo bernat
    bernie bert berthold bertie bertram bertrand bhagwant bharat bharath bhaskar bhupendra bhushan bikram
    bilal bill billy bipin biren bjarne bjartur bjorn boaz bob bobby bodo bogdan boguslaw bohdan bohumil
    bohuslav boleslaw bongbong boris boubacar boyd brad bradford bradley brady bram brandon branford branko
    brantley brendan brent bret brett brian brice brijesh brock brody bruce bruno bryan budi burkhard burt
    buster byron caetano calder caleb callum calvin camilo candido carl carles carlo carlos carlton carmine
    carsten cary casimiro caspar casper cathal cecil cedric cees celestino cesar cesare cesario chad chandan
    chandra chandrababu chandrasekhar channing charles charlie chas cheick cheikh chen chester chet chetan
    cheteshwar chidi chike chikondi chinedu chirag chittaranjan christian christof christoph christophe
    christopher chuck chukwu chukwuma ciaran clarence clark clarke claude claudio claus clayton clemens
    clement cletus cleve cliff clifford clint clive clyde colby cole coleman colin conall conan connell
    connor conor conrad constantine cor corbin cormac cornel cornelius cornell corrado cory cosimo craig
    crispin cristiano cristobal cuong curt curtis cuthbert cyril cyrille cyrus czeslaw daan dabney daiki
    daisuke daithi dale dalton damian damien damon dan dane daniel danilo danny dante daoud darien dario
    dariusz darnell daron darrel darrell darren darrin darwin daryl dave davey david davide dawood dayanand
    dayton dean deandre debashish declan deepak deepender dejan delbert delfim demarcus denis dennis denny
    denys denzel denzil deon derek derrick deshawn desmond detlef dev devdas devendra devesh devin dewey
    dexter dhananjay dharam dharmendra dhruv diarmuid dick dickie didier diederik diego dieter dietmar
    dietrich digby digvijay dilip dillon dimitri dimitrios dimitris dinesh dion dirk dmitri dmitry dmytro
    domenico dominic dominick don donal donald donato donnie donovan donte dorian doug dougal dougie douglas
    dov doyle dragan drake dries dror duane duarte duc dudley duncan dusan dushyant dustin dwain dwayne
    dwight dylan dzhokhar eamon eamonn earl earle earnest easton ebenezer eberhard eckart ed eddie edgar
    edgardo edmond edmund edoardo edouard edsel edson eduardo edward edwin eero efraim egidio egon ehud
    einar eirik ekkehard eknath elad eladio elbert eldon eldridge elgin eli elias eliezer elijah elio eliseo
    ellery elliot elliott ellis elmer elmo elon elroy elton elvin elvis emanuele emeka emil emile emiliano
    emilio emmanuel emmerich emmett enda enric enrique enzo eoin ephraim erasmus eric erick erik ermanno
    ernest ernesto ernie errol ervin erwin esa espen essam esteban ethan etienne ettore euan eugene eugenio
    eusebio eustace evan evangelos evaristo everett evert evgeny ewald ewan ewart ewen eyal ezekiel ezequiel
    ezra fabian fabiano fabien fabio fabrice fabrizio facundo fadi fahad fahim faisal farhan farid faris
    farooq farouk farrell fathi faustino fausto fawzi fayez federico feisal felicien felipe felix felton
    femi ferdinand ferenc fergal fergus fermin fernand fernando fernao ferran ferruccio fethullah fidel
    fidencio filipe filippo finbarr finn fintan fionn flavio fletcher florent florian floyd forrest fouad
    francesco francisco franco francois frank franklin frantisek franz fraser fred freddy frederick fredrik
    friedhelm friedrich fritz fuad fulgencio fumio fyodor gabe gabor gabriel gadi gaetano gajendra galen
    ganapathy ganesh gareth garland garrett garrison garry garth gary gaspar gaston gaurav gautam gautham
    gavin gaylord gaz gbenga gearoid geert genaro gene gennady geoff geoffery geoffrey georg george georges
    georgy geraint gerald gerard gerardo gergely gerhard gernot gerold gerrard gerrit gerry gethin ghassan
    giacomo gian giancarlo gianfranco gianluca gianni gianpaolo gideon gidon gijs gil gilad gilbert gilberto
    giles gilles gilson gino giordano giorgio giorgos giovanni girish girolamo giuliano giuseppe gleb glen
    glenn godfrey goncalo gonzalo gonzo gopal gopalan goran gordie gordon gorka gottfried govind grady
    graeme graham grant greg gregoire gregor gregorio gregory greyson griffin grigory grover grzegorz
    gudmund guenter guglielmo guido guilherme guillaume guillermo gulab gulzar gunnar gunter gunther gurdeep
    gurmeet gurudas gus gustav gustave gustavo guthrie guy gwyn gyorgy haakon habib hadi haider haile haim
    haitham hakan hakim hal halvor hamad hamdan hamed hamid hamish hamza hani hank hannes hanno hans
    hans-peter hansraj harald harbhajan hardeep hardik hari haribhai harinder harish harlan harley harm
    harmon harold haroon haroun harrison harry harshad harshvardhan hartmut haruki haruto harvey hasan
    hashim hassan hatem hayato haytham heath hector heikki heiko heiner heinrich heinz heitor helder helge
    helio helmut helmuth hemant hendrik henk henning henri henrik henrique henry henryk herb herbert
    heriberto herman hermann hernan hershel herve hesham hezekiah hicham hideaki hideki hideo hilario
    himanshu hiram hirofumi hirokazu hiroshi hisashi hisham hitesh hitoshi hobart holger homer horace
    horacio horatio horst hosni hossein houssam howard howie hubert hubertus hubie huey hugh hugo hugues
    humayun humbert humberto humphrey humza hung hunter husam hussein huw iain ian iarla ibrahim ibrahima
    ichabod ichiro idris ieuan ifeanyi ignacio ignazio igor ihab ike iker ilan ilya ilyas imad imanol imari
    imran imre inaki inder indrajit ingo ingvar iniaki inigo iolo iqbal irfan irvin irving irwin isa isaac
    isaiah isamu ishaan ishan isiah isidro ismael ismail ismaila issa isser istvan italo itamar ivan ivano
    ivica ivo ivor iwan iyad jaafar jaap jabari jabbar jabulani jacek jacinto jack jacob jacques jad jae-in
    jafar jagat jagdish jagmohan jago jairam jake jakub jalal jalen jamal jamar jamarcus james jameson janos
    janusz jared jari jarle jarmo jaromir jaroslaw jarrett jarrod jarvis jason jasper jaswant jatin javed
    javier jawad jawaharlal jax jay jayant jayanta jayesh jaylen jd jeb jebediah jed jedediah jeff jefferey
    jefferson jeffrey jejomar jelle jens jeremiah jeremie jeremy jermaine jeroen jerome jeronimo jerry jerzy
    jethro jez jignesh jim jimmie jimmy jin jinping jintao jiri jiro jitendra joachim joao joaquim joaquin
    jochen joe joel joerg joey johan johann johannes john johnny jojo joko jolyon jon jonah jonas jonathan
    jonny joon-ho joop joost jordi jorg jorge jorgen joris jose josef josep joseph josh joshua josiah josu
    jovan jozsef juan judah judd jude juergen juha juhani jukka julian julien julio julius juma junichiro
    jurgen justin justus jyotiraditya jyotirmoy kade kadir kagiso kailash kalyan kamal kamau kamel kamlesh
    kannan kanye kapil kareem karim karl karl-heinz karoly karsten kartik kashyap kaspar kaushik kayode
    kazimierz kazuhiro kazuo keegan keenan keir keisuke keita keith kelechi kellen kelvin ken kendrick
    kenenisa kenichi kenji kenneth kenny kent kenta kenton kerwin ketan ketil kevan kevin khaled khalid
    khalil khizr khurram kieran kiichi kilian kingsley kip kipchoge kiren kirill kirk kishore kiyoshi kjell
    klaus knox knut koen kofi koichi koji kojo koldo konrad konstantin kostas krishna krishnan kristian
    kristoffer krzysztof kuldeep kumar kunal kurt kurtis kwabena kwadwo kwaku kwame kwasi kyle kyler
    kyung-soo lachlan ladislav laird lajos lakshman lalchand lalit lalu lamar lambert lamine lamont lance
    landon langston laquan larkin larry lars laszlo laurens laurent lauro lawrence lawson leander leandro
    lech leif leland lemuel len lennox lenny leo leon leonard leonardo leonid leonidas leopold leopoldo
    leroy lester leszek levente levi levon lewis lex liam lieven linc linus lionel lisandro ljubo lloyd
    lluis loic lokesh lon lonnie lorcan lorenz lorenzo loris lothar louie louis lourenco lowell luay lubos
    luc luca lucas lucian luciano lucio lucius ludek ludovic ludwig luigi luis luiz lukas luke luo luqman
    luther lutz lwazi lyle lyman lyndon maarten mac maciej mack madan madani maddox madhav madhavan madhukar
    madhusudan mads magnus mahathir mahdi mahendra maher mahesh mahmoud mahmud majed majid makoto malachi
    malachy malcolm malik mallikarjun mamadou mamoru mandla manfred manik manish manjunath manley manmohan
    manny manoel manohar manoj manojit mansoor mansour manuel marc marcel marcelino marcello marcellus
    marcelo marcial marcin marcio marco marcus marek mariano mario marius mariusz mark marko markus marlin
    marlon marnix marques marquis marshall martim martin marty marv marvin marwan masaharu masahiro masao
    masato masayoshi mason masoud massimiliano massimo mateo mateusz mathias mathieu mathijs matt matteo
    matthew matthias matti maurice mauricio maurizio mauro max maxim maximilian maximo maxwell maynard mazen
    mehdi mehmet meinhard meir melchor melvin menachem merlin merrill mervin mervyn meyer micah michael
    michal micheal michel michiel mick mickey mieczyslaw miguel mihir mikael mike mikel mikey mikhail mikkel
    miklos milan miles milind milo milos milton min-ho min-jun ming minh minoru miodrag miquel mirko
    miroslav miroslaw mitch mitchel mitchell mithun mitt mladen modibo moe mohamad mohamed mohammad mohammed
    mohan mohandas mohinder mohit mohsen mohsin moises moncef montague monte monty mordecai mordechai morris
    mort morten mortimer moses moshe moti mourad moussa mpho mthunzi muammar mubarak mudassar muhammad
    muhammadu muhannad mujib mukesh mukhtar mukul mukund mulayam mulugeta muneer munir murad murali
    muralidhar murray murtaza murugan musa musab mustafa mustapha muttiah mykhailo mykola myles myron nabil
    nachman nadav nadeem nadim nael naftali nagaraj naguib naim najib nalin nandan naoto narasimha narayana
    narendra naresh narinder naseem nasir nasser nat nate nathan nathanael nathaniel navdeep naveen navin
    navjot nawaz nawazuddin nayef ndugu nebojsa ned neelesh neeraj nehemiah neil nelio nelson nemanja nestor
    neville newell newt newton niall nicanor nicholas nick nicklaus nicky nicolas nicolo nidal niek niels
    nigel nikhil niklas nikolai nikolay nikos nilesh nils nimrod nino nir niranjan nirav nishant nitesh
    nitin nitish nizar njoroge nnamdi noah noam nobuo nolan norbert norm norman norris nuno nye obadiah
    obafemi obinna octavio oded odin ofer ohad oisin ojas okechukwu okello olaf olafur ole oleg oleh
    oleksandr oleksiy oliver olivier olly olumide olusegun oluwaseun om omar omari omer omkar omran ondrej
    oren oreste oriol orlando orson orville osama osamu osbert oscar osman osvaldo oswald othman otis otmar
    otto oumar ousmane ove owen ozzie pablo paddy padraig palaniswami palle panagiotis pankaj panneerselvam
    paolo paresh parker partha parvesh pascal pasquale patricio patrick patton patxi pau paul paulo pavan
    pavel pavlo pawan pawel pearce pedro pekka pepe perceval percival percy pere peregrine perkins perry
    pervez pete peter petr petri petro phil philip philipp philippe phillip phineas pierce pierluigi piero
    pierre piers piet pieter pietro piotr piyush plinio prabhakar prabowo pradeep pradyumna prafulla prahlad
    prakash pramod pranab pranav prasad prasanta prasanth prashant pratap prateek pratik praveen predrag
    prem prescott preston prithviraj przemyslaw puneet purnell pushkar qais qasim quang quentin quim quincey
    quinton rachid radek radim radoslaw rafael raff raffaele rafi rafiq raghav raghavan raghu raghunath
    raghuram rahim rahm rahul raimondo rainer rainier raj raja rajan rajat rajeev rajendra rajesh rajinder
    rajiv rajkumar rajnath rajnish rakesh raleigh ralf ralph ralston ramachandra ramakrishna raman ramdas
    ramesh rami ramiro ramon ranbir rand randal randall randhir randolph randy ranganathan ranjan ranjit
    ranulph raoul raphael rashad rashed rashid rasmus ratan ratko rauf raul ravi ravindra ravindran ray
    rayan rayford raymond raymundo razak recep reed reggie reginald regis reid reinaldo reince reiner
    reinhard reinhold reinier remi remington renan renato renji renzo reuben reuven rex rhett rhodri rhys
    riad riaz ricardo riccardo richard richie rick ricky ridha ridley rigby rigoberto ripley rishabh rishi
    ritchie ritesh riyad rob robb robby robert roberto rocco rod roderich roderick rodger rodney rodolfo
    rodrigo roel rogelio roger rogerio rohan rohit roland rolando rolf rolland rollie romain roman romano
    romeo ron ronald ronan ronen ronnie ronny roque rory roscoe rosendo ross rowland roy royce ruairi
    ruaridh rube ruben rudiger rudolph rudy rudyard ruediger ruff rufino rufus ruggero rui rukh rune rupert
    rupesh ruslan russ russell rutherford ruud ryan ryo ryota ryszard ryuichi saad sabir sabri saburo sachin
    sachindra saddam sadik sadiq saeed safwan sagar sahil saif sajid sal salah salahuddin saleem saleh salif
    salim salman salvador salvatore sameh sami samih samir sammy sampath sampson samson samuel sanat sandeep
    sander sandip sandor sandro sanford sang-hoon sanjay sanjeev sanjiv santiago santosh sarath sarbananda
    sargent sarvesh sashi sathish satish satoshi satyajit satyapal satyendar saul sauli saurabh sawyer sayed
    schuyler scot scott scottie seamus sean sebastian sebastien segun seiji sekou selim selvam selwyn
    senthil seok-yeol sepp serge sergei sergey sergi sergio serhiy seth seung-min severino seydou seymour
    shad shafiq shahbaz shahid shahnawaz shai shakil shane shankar shantanu sharad sharath sharif shashi
    shatrughan shaul shaun shawkat shawn shay shekhar shel sherif sherman sherrod sherwood shibu shigeru
    shimon shinichi shinji shinzo shiv shivakumar shivraj shlomo shoaib shohei shoichi shridhar shripad
    shubham shun shyam siaka sibusiso sid siddaramaiah siddharth siddhartha siegfried sigmund sigurd silas
    silvano silvestre silvio simao simeon simon sinan sipho sitanshu sitaram sizwe sjoerd slavko slawomir
    slobodan smitty sohail solomon somnath sonny soren souleymane soumitra sourabh sourav spencer spyros
    srdjan sridhar srikanth srinivas srinivasan stan stanford stanislav stanislaw stanley stavros stefan
    stefano stelios stepan stephan stephane stephen steve steven stewart stig stijn stjepan struan stu
    stuart subhash subodh subrahmanyam subramanian subrata sudarshan sudhakar sudhanshu sudheer sudhir
    suhail sujit sukhbir sulaiman suleiman sully sumit sumner sundar sunder sung-ho sunil suraj surendra
    surendran suresh surinder surjit sushant susilo susumu sven svend sverre swapan swen syed sylvain
    sylvester szilard tad tadao tadashi tadeusz tadhg tae-woo tafari tahir takashi takeshi talal tamas tamer
    tamir tao tapan tapio taras tarek tareq tariq taro tarquin tarun tate tatsuya taufiq tawfik tayyip ted
    tejas tejasvi tel tendai teodoro terell terence terje terrance terrell terrence tetsuya teun thabet
    thabo thad thaddeus thanasis thangavelu themba theo theodore theron thiago thibault thierry thijs thomas
    thorsten thulani thurgood thurman tiago tian tibor tidiane tihomir tijs tillmann tilo tim timmy timo
    timothy timur tinashe tito titus tiziano tjeerd tobias tobin toby tod todd todor toivo tom tomas tomasz
    tomislav tommaso tommy tony tor torben torquil torsten toru toshio toshiro traugott travis trayvon trent
    trenton trevon trevor trey tristan tristram truman trygve tsegaye tsutomu tuan tucker tulio tuomas turki
    tushar tyler tyree tyrell tyrese tyrone tyson ubaid ubaldo uche uday uddhav uffe ugo uhuru ulf ulrich
    ulysses umar umaru umberto umer umesh unai upendra upton urbano urho uri uriah uriel usama usman utkarsh
    utz uzi vaclav vadim vaibhav valdemar valentin valeriano valerio valter vance varun vasant vasco vasily
    vasudevan vasyl vaughan vaughn veikko veit venancio venkaiah venkat venkatesh venugopal verne vernon
    viacheslav vibhav vic vicente victor victoriano vidyut vijay vikas vikram viktor ville vimal vin vinay
    vince vincent vincenzo vineet vinicius vinit vinnie vinod vipin viral virat virgil vishal vishnu
    vishwanath vitali vitaly vito vittorio vivek vladimir vladislav vojtech volker volodymyr vuk vusi
    vyacheslav wade wael waheed waldemar waleed walid wallace wally walt walter walther waqar warner warren
    wasim waylon wayne webster wei weldon wendel wendell werner wes wesley weston wieslaw wilbert wilbur
    wilco wiley wilf wilford wilfred wilfredo wilfried wilhelm will willard william willie willis wilmer
    wilton wim win winfield winfried winston winthrop wladyslaw wojciech wolf wolfgang wolfram woo-jin
    woodrow woody wout wouter wyatt xabier xander xavi xavier xi xiaoping yaakov yahia yahya yair yancy yann
    yannick yannis yaqoob yaron yaroslav yaseen yaser yash yashwant yasin yasser yasuhiro yasuo yaw yazid
    yegor yehoshua yehuda yevgeny yevhen yigal yisrael yitzchak yitzhak yoav yoel yogendra yogesh yoichi
    yonatan yosef yoshihide yoshihiro yoshio young-ho younis yousef youssef youssou youssouf yoweri yukio
    yury yusef yusuf yusuke yutaka yuvraj yves zach zachariah zachary zachery zack zafar zaheer zahid zaid
    zakaria zaki zalman zane zbigniew zdenek zebulon zeev zeke zeljko zemin ziad zig ziyad zlatko zoltan
    zoran zsolt zubair zvi zwelinzima zygmunt
    """.split()
)

_FEMALE = frozenset(
    """
    aaliya aarti abby abeer abena abigail abla adaeze addie adela adelaida adelaide adele adelheid adeline
    adelle adila aditi adjoa adriana adrienne adwoa afaf afia afnan agata agatha agathe agnes agnieszka
    agota agueda ahlam aida aiko ailbhe aileen aimee aine aino aisha aishwarya aisling aislinn aitana akane
    akanksha akiko akosua akua alana alanna alba albina aleah alejandra aleksandra alena alene alesha
    alessandra alessia alexa alexandra alexandria alexia alia alice alicia alina alison alka alla allegra
    allison allyson alma almut alondra alta althea alyona alyson alyssa amal amalia amanda amandine amani
    amara amber ambika ambra amelia amelie amina aminata amira amisha amma amparo amrita amy ana anabel
    anais anamika anandi ananya anastacia anastasia anastasiya aneta anette angela angeles angelina angeline
    angelique angelita angharad angie anika aniko anindita anissa anita anja anjali anjana anju anke ankita
    ann anna annabel annabella annabelle annalise annapurna anne annegret anneke anneli annelies anneliese
    annemarie annetta annette annick annie annika annmarie anoud antje antoinette antonella antonia
    antonietta antonina anuja anupama anupriya anuradha anusha anya aoife aparajita aparecida aparna
    apolline april ara araceli aradhana aranzazu archana archita ardith aretha ariadna ariana arianna arlene
    arlette arline aruna arundhati arunima arwa asako asha ashlee ashlyn asma asmita assunta astrid asuka
    asuncion athena atifete atishi atsuko aubree aude audra audrey augusta aurelie aurore ava avani avantika
    avis avril awa axelle aya ayaka ayako ayanda ayanna ayesha ayodele azalea aziza azucena babette babs
    badia bambi bandana barb barbara barbel barbra barkha basanti basma bea beata beate beatrice beatrijs
    beatriz beattie becky begona belen belinda bella benedetta benedita bernadette bernice berta bertha
    beryl bess bessie beth bethanie bethany betsy bette bettie bettina betty bettye bev beverly bhagyashree
    bharati bhavana bhavna bhawna bianca biljana bina birgit birgitta blanca blanka blythe bobbi boglarka
    bogumila bonita bonnie borjana bozena branca brandi brandie brandy branka breanna breda bree brenda
    brenna bria briana brianna brid bridget bridgette brigid brigitta brigitte brinda britney britt brittany
    brittney bronwen bronwyn brooke bruna brunhilde bryanna bryony bukola buthaina caitlin calista camellia
    cameo camilla camille candace candelaria candice caoimhe caprice capucine cara caridad carina carine
    carissa carla carlene carley carlota carlotta carly carmela carmen carol carola carole carolee carolien
    carolina caroline carolyn carolynn carrie carys cass cassandra cassie catalina catarina cate caterina
    catharine catherine cathy catrin catriona cayetana cecile cecilia cecily celeste celestine celia celine
    ceri cerys chanda chandrika chanel chantal charla charleen charlene charlize charlotte charmaine charu
    chastity chelo chelsea chelsey cher cherie cheryl cheyenne chhaya chiamaka chiara chidinma chieko chika
    chimamanda chioma chitra chiyo chloe chrissy christa christal christelle christen christi christiane
    christie christin christina christine chrystal ciara cicely cilla cindi cindy cinzia claire clara clare
    clarice clarinda clarissa claudette claudia claudine clea clemence clementine cleo clodagh clotilde coco
    coleen colette colleen conceicao concepcion concetta condoleezza connie constance consuelo contessa cora
    coralie cordelia cordie corina corinne cornelia corrine cosette costanza cressida cristiane cristina
    csilla cynthia dagmar dahlia daina daisy dalal dalia damini dani danica daniela danielle danita danuta
    daphna daphne dara daria darla darlene darya davina dawn dayna deana deanna deanne deb debbi debbie
    debby debjani debora deborah debra dede dee deedee deena deepa deepali deepika deepti deidra deidre
    deirdre delfina delia delilah della delores delphia delphine demetria demi dena denise dervla desirae
    desiree dessie deven devika devyani diahann diana diane dianne dikeledi dilma dilys dima dimitra dina
    dinah dionne dipti divya dixie diya doaa dodie dolly dolores domitila donata donatella donna dora dorcas
    doreen dori dorinda doris dorota dorotea dorothea dorothy dorottya dorthy dot dottie dragana draupadi
    droupadi dubravka dulce durga dymphna earlene earline eartha ebba ebele ebony edeltraud eden edie edit
    edith edna edurne edwina eeva effie efua eileen eilidh eilis eimear eirian eithne ejiro ekaterina ekta
    elaina elaine elana eleanor eleanora eleanore elena eleni eleonora eleri elfriede eliana eliane elin
    elisa elisabeth elisabetta elise eliska elissa eliza elizabeth elizaveta elke ella ellen ellie elma elna
    elodie eloisa eloise elsa elsie elspet elspeth elva elvira elyse elza elzbieta emanuela emelia emer emi
    emiko emilia emilie emily emma emmanuelle emmeline emmie emmylou encarnacion enid enola erica ericka
    erika eriko erin erna ernestina ernestine ersilia esha esi esme esmeralda esperanza essie estefania
    estella estelle esther estrella eszter ethel ethelyn etta eudora eugenia eugenie eulalia eunice euphemia
    eva evangelia evangelina evangeline evelyn evelyne evie evika ewa fabienne fabiola fadia fadumo fadwa
    fae faiza fannie fanny fanta farah farhana farida fatemeh fatima fatma fatoumata fawn fawzia fay faye
    fayza federica felecia felicia felicitas felicity felisa femke fenella fern fernanda ffion fiammetta
    fidelia filipa filomena fiona fionnuala fiorella flavia fleur flick flo flora florence flossie folake
    fotini franca frances francesca francine francisca francoise franziska frauke freda frederica freya
    frida friederike fruzsina fumiko funke gabby gabi gabriela gabriele gabriella gabrielle gaia gail galina
    gauri gayatri gayle gaynor geertje geeta geetanjali gemma gena genevieve genoveva georgeanna georgette
    georgia georgie georgina geraldine gerda geri gerlinde gertie gertrud gertrude gesine geun-hye ghada
    ghazala ghislaine gianna gigi gilda gillian gimena gina ginette ginevra ginger ginny giorgia giovanna
    girija gisela gisele giselle gita giulia giuliana giuseppina giusy gladys glenda glenna glennis glenys
    glinda gloria glynis golda goldie gordana gowri graca grace gracia gracie graciela grainne grazia
    graziella grazyna greetje greta gretchen grete gretta griselda guadalupe gudrun gunilla gunjan gussie
    gwen gwenda gwendolyn gwenllian gwyneth gyongyi habiba hadeel hadiza haf hafsa hala haley halima halina
    halle hallie hana hanae hanan haneen hanin hanna hannah hanneke hannelore harriet harshita harsimrat
    haruka haruko hatsue hattie hatty haven hawa hayat hayley hazel hazelle heather heba hedda heddy hedwig
    hedy heena hege heide heidemarie heidi heike helaine helen helena helene helga helle helma helmi heloisa
    hema hemalatha hemlata hennie henny henrietta henriette hermia herminia hermione hertha hester hettie
    hiba hilary hilda hilde hildegard hillary hilma hind hiroko hisako hitomi holly hope hortense huda
    huguette huma hyacinth hye-jin hyun-jung ianthe ibolya ida idoia ife ifeoma ilana ilaria ilda ildiko
    ileana ilene ilhan ilka ilona ilse iman imelda immacolata imogen ina inacia inas indira indrani indu
    ineke ines inez inga inge ingebjorg ingeborg ingegerd inger ingrid ingrida inmaculada inna intisar
    ioanna iola iona ipsita irena irene irina iris irma irmgard iryna isabel isabela isabella isabelle
    isadora isaura iseult ishita isla isobel isolde itziar iva ivana ivanka iveta ivone ivy iwona izabela
    jacinda jacintha jackeline jacklyn jaclyn jacqueline jacqui jada jadranka jadwiga jaimie jamila jana
    janae janaina jancis jane janeen janelle janessa janet janette janey janice janie janina janis jantje
    jaqueline jarmila jaroslava jasleen jasmin jasmine jasna jaya jayalalithaa jayanti jayashree jayla
    jaymie jayne jazmin jazmine jeana jeane jeanette jeanie jeanine jeanne jeannette jeannie jeannine jelena
    jemima jemma jen jeni jenna jenni jennie jennifer jenny jeri jerri jeryl jessi jessica jessie jessika
    jewel jewell jhanvi jhumpa ji-hyun ji-woo ji-young jihan jill jillian jimena jitka joan joana joann
    joanna joanne joannie jocelyne jodi jodie joelle joellen joely johanna jolanda jolanta joleen jolene
    jolie joni jordana jorunn josceline josefa josefina joselyn josephina josephine josette josiane josie
    josje joslyn joy joyce juana juanita judi judie judit judith judy juli julia juliana julianna julianne
    julie juliet julieta juliette julissa june junko jussara justina justine justyna jutta jwala jyoti
    jyotsna kaarina kaci kadiatou kadiza kaisa kaitlin kaitlyn kaja kajal kallie kalpana kalyani kamala
    kamila kamini kanako kanchan kandi kanika kaori kara kareen kareena karen karin karina karishma karla
    karlene karli karlijn karly karolina karoline karolyn karon karri karuna karyn kasia kasie kassandra kat
    katalin katarina katarzyna kate katelijne katelyn katerina kateryna katharina katharyn katherine kathi
    kathie kathleen kathlyn kathrin kathryn kathy katica katie katja katrice katrin katrina katrine katy
    kaushalya kaveri kavita kavitha kaye kayla kayleigh kayley kazuko keiko keira keisha keli kellee kelli
    kellyanne kelsey kendra keri kerri kersti kerstin ketaki khadija khadijah khadijatou khawla khrystyna
    khushbu khushi kierra kiki kimberlee kimberley kimberly kinga kinsey kirsi kirsteen kirsten kirsti
    kirstie kirstin kirsty kirti kitty kiyoko kizzy klara kolinda komal konstantina kori kortney krista
    kristal kristen kristi kristie kristin kristina kristine kristyn krisztina kriti krysta krystal krystyna
    ksenia kumiko kusum kyla kylee kylie kyoko kyra kyriaki kyung-hee lacey lacy ladonna lael laetitia laila
    lais lakshmi lalita lalitha lama lamia lana laney lani lara laraine larisa larissa lashonda lata latasha
    latifa latika latisha latonya latoya latrice laura laure laurel lauren laurene laurette laurine lauryn
    laverne lavinia lavonne laxmi layla lea leah leann leanna leanne leatrice leda leeann leela leena leesa
    leigh leila leilani leire lekha lelia lena lenka lenora leona leonie leonor leonora leota lerato lesia
    leslee leta letha leticia letitia letizia lettice lettie lexi lexie leyla lia liana liane libby lidia
    lidiya liesbeth liesel lieselotte lieve ligia liisa lila lilah lilian liliana liliane lilith lilla
    lillian lillie lilly lily lina linda lindiwe lindy linette linnea lipika lisa lisbeth lita liv livia
    livvy liz liza lizabeth lizbeth lizette lizzi lizzie lizzy ljiljana lois lola lona lone lonna lora
    loraine loralee lore loredana loreen lorelei lorena lorene lorenza loretta lori lorie lorinda lorna
    lorraine lorri lotta lotte loubna louella louisa louise lourdes lowri lu luana luann luanne lubna lucia
    luciana lucie lucienne lucile lucille lucinda lucretia lucrezia lucy lucyna ludmila ludovica luella
    luisa luise luiza lula lulu lupe lupita lura luz lydia lydie lyla lynda lynette lynne lynnette lynsey
    lyra lyubov lyudmila lyudmyla maaike mabel mable macarena machiko madalena maddalena maddie madeleine
    madeline madelyn madge madhavi madhuri madison mae maeve mafalda magali magda magdalena magdalene maggie
    maha mai maia maiko maimuna maire mairead mairi maisie maisy maite maitha maj maja majel maki makiko
    malak malala malavika malena malgorzata malia malika malin malini mallika mallory malvina mamata mame
    mamie mamta manal manasi mandi mandira mandy manisha manju manjula manjusha manon manuela mara marcela
    marcella marcelle marci marcia marcie marcy mare mareike margaret margarete margaretta margarida
    margarita margaux margeret margery margherita margie margit margo margot margrethe marguerite mari maria
    mariah mariam mariama mariana mariangela marianne maribel maribeth maricarmen maricela marie
    marie-claude marieke mariella marietta marija marijke marika mariko marilee marilia marilou marilyn
    marilynn marina marine maris marisa marisol marissa marit marita mariya marjatta marjorie marketa
    marketta marla marleen marlena marlene marlies marlo marloes marlys marna marni marnie marquita marsha
    marta martha martie martina martine maruja marva marwa mary mary-kate maryam maryann maryanne marybeth
    marylou marzena masako mathilde matilda matilde mattie maud maude maudie maura maureen maurine mavis
    maxie maxine maya mayawati maybelle mayra maysa mayte mayu mayumi mbali meagan meaghan mechthild medha
    meenakshi meenal meera meg megan megha meghan meghna megumi megyn mei meike meira melaine melania
    melanie melba melina melinda melissa melodie melody melva menaka mercedes meredith merete merideth
    merilyn merja meta mette mhairi mi-kyung mia mica michaela michela micheline michelle michiko micki
    mieke mieko mignon mihoko mikaela mikayla miki mila milada milagros mildred milena millie mimi min-ji
    mina minako minakshi mindy minerva minna minnie minttu mira miranda mireia mireille mirella miren miriam
    mirjam mirjana mirosawa miroslava miroslawa misako missy misty mitali mithali mitsuko mitzi miyuki
    mizuki moa mohini moira moll mollie molly momoko mona monica monika monique montserrat morag morgana
    morgane morven morwenna mouna moushumi mridula muffy muireann mukta muna muriel mwajuma mya myfanwy myla
    myra myriam myrna myrtle nabila nada nadege nadezda nadezhda nadia nadine nadira nadiya naima najla
    najwa nakia naledi namita namrata nan nanci nancie nancy nandi nandini nandita nanette nannette nannie
    naoko naoma naomi nastassia natalee natalia natalie nataliya natalya natasa natascha natasha natashia
    natasia nathalie natosha natsuki natsuko nawal nayanika nayantara ndidi nedra neelam neelima neena neera
    neeraja neeta neetu neha nelda nell nellie nelly nena nerea nerys nesrine nessa nessie neva ngozi nia
    niamh nichole nicki nicole nicoletta nicolette nidhi nienke nieves niharika nikema nikki nikole nilima
    nimisha nina nirmala nirupama nisha nishtha nita nivedita nives nkechi nkosazana nneka nobuko noelia
    noella noelle noemi noemia noemie nokuthula nola nomsa nomvula non nona nonhlanhla nora norah noreen
    noretta noriko norma noura novella ntombi nuala nupur nura nuria nyambura nyla nyree oby ocie octavia
    oda odelia odete odette odile ofelia oindrila oksana ola olalla oleksandra olena olesya oleta olga olha
    olive olivia oluchi olwen omarosa omotola ona oonagh opal ophelia oprah oriana oriane orla orlaith
    ornella orpah orsolya ortrud otilia ottilie ottoline padma paige paivi pallavi paloma pam pamala pamela
    pamella pansy paola paraskevi parul parvathi parvati pascale patience patrica patricia patrina patrizia
    patsy patti patty paula paulette paulina pauline pavla payal pearl peggie peggy peig penelope penelopy
    pennie penny perdita perla pernille petra petronella petula phebe philippa philomena phoebe phylis
    phyllis pia piera pilar pinky pippa pirjo piroska pixie polina polly pollyanna pooja poonam poppy porsha
    portia prabha prachi pragya pramila pranita pratibha pratima preet preethi preeti preity prema prisca
    priscilla pritha priya priyamvada priyanka pru prudence prunella puja purificacion purnima purvi pushpa
    queenie raakhee rabab rabia rachael rachana rachel rachna radha radhika radka radmila rae raelene
    raffaella raghad ragini ragnhild raija raisa rajani rajeshwari rajni rakhi ramatoulaye ramona ramya rana
    randa rania ranjana raquel rasha rasheeda rashida rashmi rasmina ratna raven rawan raymonde razan rea
    reanna reba rebeca rebecca rebekah reem reema reena refilwe regina regine rehab reiko reina reinhild
    reka rekha remedios rena renae renata renate renee renita renske renu renuka reshma reta reva revathi
    rhea rhian rhianna rhiannon rhoda rhona rhonda ria richa ricki rie rieko riitta rika riki rim rima rina
    risa rita ritu ritva riva riya robbin roberta robyn rochelle rocio rohini roisin roja rokia rola rolande
    romana romola romy rona ronna roopa roos rori ros rosa rosalba rosalee rosalia rosalie rosalina rosalind
    rosalinda rosalva rosalyn rosamond rosamund rosana rosangela rosanna rosaria rosario rosaura rose
    roseann roseanna roseanne rosella roselyn rosemarie rosemary rosetta roshni rosie rosina rosita roslyn
    rossana rossella rossie roswitha rosy rowena roxana roxanne roxie ruba rubie ruby ruchi ruchika rue
    rukmini rumiko rupa rupali ruqayya rut ruth ruthann ruthanne ruthie ruzica ryoko saara sabah sabeen
    sabine sabra sabrina sachiko sadako sade sadhana sadhbh sadie safa safiya sagrario sahar sahra saira
    sakshi sakura salena salley sallie sally sally-ann salma salome saloni samanta samantha samar samia
    samiksha samira sanaa sanae sanchita sandhya sandra sandrine sangeeta sangita sania sanja sanjana sanna
    sanya saoirse sara sarah saran sarika sarita sarka saroja sarojini saskia satoko satu savannah savita
    savitri sawsan sayaka sayuri scarlet scarlett seema seija selena selina selma selvi seonaid serena
    serenity setsuko severine shabana shabnam shadia shae shahd shaheen shaila shailaja shaima shaimaa
    shakira shakuntala shalini shamima shampa shana shanda shandi shaneka shanelle shani shania shanice
    shanna shanta shante shanthi shanti sharda sharen shari sharla sharleen sharlene sharmila sharmistha
    sharon sharonda sharron sharyn shasta shauna shavonne shawna shayanna shayla shayna sheba sheela sheena
    sheetal shefali sheila sheilah shelba shelia shelley shelli shellie shelly shena shenika shereen sherie
    sherri sherrie sherrill sherry sherryl sheryl shikha shilpa shira shirin shirlee shirley shivani shizue
    shizuka shobha shobhaa shoko shona shonda shraddha shreya shruti shubha shveta shweta sian sibylle
    sietske sif signe sigrid sigrun sihem sile silke silvana silvia simona sindhu sindisiwe sindy sinead
    siobhan siphokazi siri sirpa sissy sita sithembile siv skye slavica sloane smita smriti sneha snehal
    snezana soad socorro sofia sofie sofiya solange soledad solveig somaya sommer sonal sonali sonam sondra
    sonia soniya sonja sonoko sonsoles sonya soo-ah soo-jin sophia sophie sophronia soraya sorcha souad
    soumya sparkle srabani sreeja sridevi srishti stacey stanislawa starla stefani stefania stefanie steffi
    stella stephani stephanie stephany stephenie stuti suad subhadra subhashini suchitra sudha sudie sue
    suha sujata sujatha sukanya sukey suki sulochana sumana sumati sumaya sumiko sumitra sun-hee sunanda
    suneeta sunita sunniva supriya surabhi surbhi suryakanta susan susana susann susanna susannah susanne
    sushma susi susie susy suvarna suzan suzanna suzanne suzette suzie suzuko suzy svenja svetlana svitlana
    swapna swara swati sweta swetlana sybil sybill sylvana sylvia sylvie synthia szilvia tabatha tabetha
    tabitha taghreed tahani tais taisiya talia tamar tamara tameka tamela tamera tami tamika tamiko tammy
    tamra tamsin tania tanisha tanja tansy tanvi tanya tara tarja tasha tashfeen tatiana tatjana tatyana
    tawana tawanna tawny teddi tegan tejaswini telma temitope temperance tena tenley tennille teresa
    teresinha tereza teri terri terrie tess tessa tessie tetiana thalia thandeka thandi thandiwe thea theda
    thelma thembi theodora theodosia theresa therese theresia thomasina thomasine thora tia tiana tiara
    tiffany tiggy tilda tillie tilly timea timothea tina tineke tisha titilayo tiziana toccara tomoko toni
    tonya topaz tori toshiko tova tove tracey traci tracie traudl tressa tricia trijntje trina trinidad
    trish trisha trista trixie trudi trudy trupti truus tsitsi tullia tulsi tuula tuva twila twyla tyra
    tytti uchenna ulla ulrika ulrike uma una upasana urmi urmila ursa ursel ursula urszula urvashi uschi
    usha ute vada vaishali vaishnavi valarie valentina valentyna valeria valerie valinda vanda vandana
    vanesa vanessa vani vania vanita vanna varsha varvara vasantha vashti vasiliki vasudha vasundhara
    vatsala veda veena velda vella velma velva venetia venita vera verda verena vergie verity verla verlie
    verna vernice vernita veronica veronika veronique versie vesela vesna vesta vicki vickie vicky victoria
    vida vidhi vidya vigdis vijaya vijayalakshmi viktoria viktoriya vilma vimala vina vineeta vinita viola
    violet violeta violette virgie virginia virginie virtudes visitacion vitoria vittoria viva vivi vivian
    viviana viviane vivianna vivien vivienne vjosa vlasta vonda vonnie wafa wafaa waleska waltraud wambui
    wanda waneta wanetta wanjiru wendy wenona whitney wiebke wieslawa wijdan wilda wilhelmina wilhelmine
    willa willemijn willow wilma wilona windy winifred winnie winnifred winona wren wynona xena ximena
    xiomara yaa yadira yahaira yamini yamuna yana yashoda yasmeen yasmin yasmina yasmine yasuko yayoi
    yekaterina yelena yelizaveta yeon-ju yessenia yetta yetunde yevgenia ying-wen ylva yoanna yogita yoko
    yolanda yolande yolonda yoo-jung yoshiko yukiko yuko yulia yuliya yumi yumiko yun-hee yuriko yvette
    yvonna yvonne zadie zahra zainab zandra zanele zara zdenka zeenat zeina zeinab zelda zelia zelma zena
    zenobia zeynep zhanna zilda zina zinaida zita zodwa zoe zoey zofia zohra zola zora zorica zoya zsofia
    zsuzsa zsuzsanna zubaida zulema zulma zuzana
    """.split()
)

# Names of women and men alike tell no gender.
_UNISEX = frozenset(
    """
    alaa alex alexis ama amrit andrea ariel asa ashley aubrey aung avery billie blake bobbie bola cameron
    carroll casey chris christy corey courtney dana daniele darcy devon dominique drew dusty emerson emery
    finley fran francis frankie freddie gale gerd germaine gurpreet harper harpreet hayden hollis ira jackie
    jaime jamie jan jaspreet jean jess jesse jo jocelyn jody jordan jules kacey kai karan kari karol kasey
    kelley kelly kendall kerry kim kiran kirby kit kris laurence lauri laurie lee lesley leslie lindsay
    lindsey logan loren lou lynn mackenzie madhu manpreet marion marley marti maxime mel merle michele mika
    monroe morgan navneet nicola nikita nikola noel noor nour odell ollie paris parveen pat patrice payton
    peyton quinn randi reagan reese regan remy rene riley robbie robin roni rowan rylan sacha sam sammie
    sandy sasha satya shannon shea shelby sidney simone sky skyler stacy stevie suman sydney tal tatum
    taylor terry tobi tommie tracy tunde val valery wangari yael yuki yuri
    """.split()
)

GIVEN_NAMES = _MALE | _FEMALE | _UNISEX


def plain(word: str) -> str:
    """Return a word in lower case without accents: "Íñigo" as "inigo"."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def is_given_name(word: str) -> bool:
    """Return whether a word, or all of "Jean-Luc", is a given name."""
    return plain(word) in GIVEN_NAMES or (
        "-" in word and all(part in GIVEN_NAMES for part in plain(word).split("-"))
    )


def gender_of(word: str) -> str | None:
    """Return "m" or "f", of "Jean-Luc" by the first part that tells; None for other names."""
    for name in (plain(word), *plain(word).split("-")):
        if name in _MALE:
            return "m"
        if name in _FEMALE:
            return "f"
    return None
