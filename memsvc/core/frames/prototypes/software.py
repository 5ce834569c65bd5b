"""Prototypes of software that runs; form as in the package."""

TABLE = """
= open:deploy window; thing; when
the deploy window of X is Y / X is deployed on Y / X is released on Y /
deployments of X happen on Y / X may be deployed Y / X is shipped to production Y /
new versions of X go live Y / we roll out X Y / X is rolled out Y / rollouts of X take place Y /
changes to X are put into production Y
= open:maintenance window; thing; when
the maintenance window of X is Y / X is maintained on Y / maintenance of X is done on Y /
X is down for maintenance Y / X is taken offline for upkeep Y / technicians work on X Y /
X is serviced Y
= open:on-call engineer; thing; person
the on-call engineer of X is Y / Y is on call for X / alerts of X go to Y /
Y gets woken when X breaks / Y is paged about X / at night X is looked after by Y /
Y has on-call duty for X / pages for X reach Y / when X fails Y's phone rings /
incidents of X are taken by Y / Y has the pager for X
= open:default branch; thing; name
the default branch of X is Y / X uses Y as its main branch / changes to X land on Y /
merge requests of X go to Y / in X we merge into Y / a fresh clone of X checks out Y /
the trunk of X is called Y / commits to X end up on Y / pull requests for X target Y
= open:version; thing; version
the version of X is Y / X runs version Y / X is at Y / we run X Y / X was upgraded to Y /
X is on release Y / the installed X is Y / the release of X in use is Y
= open:postgres version; thing; version
the Postgres version in X is Y / X runs Postgres Y / the database in X is Postgres Y /
in X Postgres is at Y / X's data sits in Postgres Y
= open:python version; thing; version
the Python version of X is Y / X runs on Python Y / X uses Python Y / X needs Python Y /
X is executed by Python Y
= open:node version; thing; version
the Node version of X is Y / X runs on Node Y / X is executed by Node Y
= open:java version; thing; version
the Java version of X is Y / X runs on Java Y / X is compiled for Java Y
= open:kubernetes version; thing; version
the Kubernetes version of X is Y / X runs Kubernetes Y / the cluster X is at Kubernetes Y
= open:minimum supported Android version; thing; version
the minimum supported Android version of X is Y / X needs at least Android Y /
X runs on Android Y and newer / X requires Android Y or later /
phones below Android Y cannot install X / X works from Android Y upwards /
the oldest Android that X supports is Y
= open:minimum supported iOS version; thing; version
the minimum supported iOS version of X is Y / X needs at least iOS Y / X runs on iOS Y and newer /
X requires iOS Y or later / X works from iOS Y upwards
= open:retention; thing; time
X is kept for Y / X is retained for Y / X is deleted after Y / we keep X for Y /
X is stored for Y / after Y X is thrown away / the retention of X is Y / X stays for Y /
X is purged after Y / X is held for Y
= open:logs retained for; none; time
logs are retained for Y / we keep logs for Y / log files are deleted after Y /
logs are stored for Y / after Y logs are thrown away / logs are purged after Y /
logs are kept for Y / the logs stay on disk for Y
= open:backups kept for; none; time
backups are kept for Y / we keep backups for Y / backups are deleted after Y /
old backups are thrown away after Y / backups are retained for Y
= open:nightly backup; none; time
the nightly backup starts at Y / the backup runs at Y / at Y the backup begins /
every night the backup is made at Y / backups are taken nightly at Y /
the nightly backup kicks in at Y / the backup job fires at Y
= open:backup; thing; time
the backup of X starts at Y / X is backed up at Y / a copy of X is made at Y / we back up X at Y
= open:cron job; thing; time
X runs at Y / the job X starts at Y / X is triggered at Y / the scheduler starts X at Y /
X fires at Y / every night at Y X runs / X kicks off at Y
= open:maximum upload size; thing; data
the maximum upload size of X is Y / X accepts uploads up to Y / files for X may be Y /
you can upload Y to X / X refuses files over Y / X takes files of at most Y /
uploads to X are limited to Y / files bigger than Y are turned away by X /
the largest file X takes is Y
= open:cache TTL; thing; time
the cache TTL of X is Y / X is cached for Y / answers of X stay in the cache for Y /
the cache keeps X for Y / cached entries of X expire after Y / X lives in the cache for Y /
after Y the cache of X goes stale / X is served from cache for Y
= open:session timeout; thing; time
the session timeout of X is Y / X logs users out after Y / sessions of X end after Y /
after Y without a click X signs you out / you stay logged in to X for Y /
idle users of X are thrown out after Y
= open:timeout; thing; time
the timeout of X is Y / X gives up after Y / X waits Y before it gives up /
requests to X are cut off after Y / after Y X times out / X aborts after Y / X hangs up after Y
= open:rate limit; thing; number
the rate limit of X is Y / X allows Y / X accepts Y requests / clients may call X Y times /
X is throttled at Y / you can send X Y requests / beyond Y X refuses requests / X lets through Y /
more than Y and X answers 429
= open:replication factor; thing; number
the replication factor of X is Y / X is stored Y times / X is replicated Y times /
there are Y copies of X / each message of X is kept in Y copies / X is written to Y brokers /
Y replicas of X exist / every record of X exists Y times
= open:shard count; thing; number
the shard count of X is Y / X has Y shards / X consists of Y shards / X is spread over Y shards /
Y shards make up X / X is divided into Y pieces
= open:partitions; thing; number
X has Y partitions / the topic X is split into Y partitions / X is divided into Y partitions
= open:replicas; thing; number
X runs with Y replicas / there are Y instances of X / X is scaled to Y pods / Y pods serve X /
X has Y replicas / we run Y copies of X
= open:number of nodes; thing; number
X has Y nodes / the cluster X consists of Y machines / Y servers make up X /
X is run on Y machines
= open:memory limit; thing; data
the memory limit of X is Y / X may use Y of memory / X gets Y of RAM /
X is killed above Y of memory / X is capped at Y of RAM
= open:disk size; thing; data
the disk of X is Y / X has Y of disk space / X can store Y / there are Y of storage on X
= open:cpu limit; thing; number
the CPU limit of X is Y / X may use Y cores / X gets Y CPUs
= open:batch size; thing; number
the batch size of X is Y / X works in batches of Y / X takes Y records at once /
X processes Y at a time
= open:page size; thing; number
the page size of X is Y / X returns Y per page / X gives Y results on a page /
a page of X holds Y / X delivers Y entries per call / X hands out Y records per page /
each page of X has Y
= open:retry limit; thing; number
the retry limit of X is Y / X retries Y times / X tries Y times before it gives up /
after Y failures X gives up / X makes Y attempts / X repeats a failed call Y times /
X gives up after Y tries / X attempts delivery Y times
= open:pool size; thing; number
the connection pool of X has Y connections / X opens at most Y connections /
the pool size of X is Y / X holds Y connections
= open:worker count; thing; number
X runs with Y workers / the number of workers of X is Y / Y workers process X /
X has Y worker processes
= open:log level; thing; name
the log level of X is Y / X logs at Y / X writes logs at level Y / logging in X is set to Y /
X's logger is set to Y / X logs everything from Y up / the verbosity of X is Y
= open:sampling rate; thing; number
the sampling rate of X is Y / X samples Y / X keeps Y of the traces / X captures Y of requests /
Y of requests are recorded by X / X collects Y of all calls / X traces Y of traffic
= open:port; thing; number
X listens on Y / the port of X is Y / X is reachable on port Y / you connect to X on port Y /
X serves on Y / X binds to Y / connections to X go to port Y / X is bound to port Y
= open:ssh port; thing; number
the SSH port of X is Y / you ssh to X on port Y / SSH on X listens on Y /
log in to X over SSH at port Y / X takes SSH connections on Y / the SSH daemon of X is on Y
= open:ip address; thing; number
the IP address of X is Y / X has the IP Y / X is reached under Y / the DNS name of X points to Y /
X sits at Y
= open:host; thing; name
X runs on Y / X is hosted on Y / the host of X is Y / X lives on the machine Y /
X is deployed to Y / the server of X is Y
= open:url; thing; url
the URL of X is Y / X is found at Y / open Y to see X / X is served from Y /
you reach X in the browser at Y / X lives at Y
= open:region; thing; name
the region of X is Y / X runs in Y / X is hosted in the region Y / the data of X lies in Y /
the servers of X stand in Y / X is deployed in Y
= open:cloud provider; thing; name
the cloud provider of X is Y / X is hosted by Y / X runs in the cloud of Y /
X's servers are rented from Y
= open:database; thing; name
the database of X is Y / X stores its data in Y / X keeps its data in Y / X is backed by Y /
X persists to Y / X's records lie in Y / X reads and writes Y / data of X is saved in Y
= open:message broker; thing; name
the message broker of X is Y / X publishes events to Y / X sends messages through Y /
messages of X travel over Y / X's queue is Y
= open:cache; thing; name
the cache of X is Y / X caches in Y / X uses Y as its cache
= open:search engine; thing; name
the search engine of X is Y / searches in X are answered by Y / X is indexed by Y
= open:framework; thing; name
the framework of X is Y / X is built with Y / X is based on Y / X uses the framework Y
= open:frontend; thing; name
the frontend of X is written in Y / the user interface of X is built with Y /
X's web pages are made with Y / screens of X are programmed in Y
= open:build tool; thing; name
the build tool of X is Y / X is built with Y / to build X you call Y / Y builds X /
the build of X is done by Y / X's build runs on Y
= open:package manager; thing; name
the package manager of X is Y / dependencies of X are installed with Y /
X's packages are managed by Y
= open:test framework; thing; name
the test framework of X is Y / tests of X are written with Y / X is tested with Y /
the tests of X run under Y
= open:linter; thing; name
the linter of X is Y / the code of X is checked by Y / X is linted with Y
= open:ci system; thing; name
the CI system of X is Y / X is built in Y on every commit / pipelines of X run on Y /
the CI of X runs on Y
= open:error tracker; thing; name
the error tracker of X is Y / errors of X are sent to Y / crashes of X are reported to Y /
exceptions of X land in Y / X reports its errors to Y / when X crashes Y gets the stack trace /
Y collects the exceptions of X
= open:monitoring; thing; name
the monitoring of X is done with Y / X is monitored by Y / metrics of X go to Y /
dashboards of X are in Y / Y watches X
= open:feature flags managed with; none; name
feature flags are managed with Y / our feature flags live in Y / Y manages the feature flags /
we switch features on in Y / feature toggles are kept in Y / the feature flags come from Y
= open:secrets managed with; none; name
secrets are managed with Y / secrets are stored in Y / our passwords and keys are kept in Y /
Y holds our secrets / credentials come from Y
= open:container registry; none; name
the container registry is Y / images are pushed to Y / container images are stored at Y /
we pull images from Y / docker images live in Y / images are published to Y /
our images come from Y
= open:artifact repository; none; name
the artifact repository is Y / build artifacts are stored in Y / packages are published to Y /
artifacts are uploaded to Y / built libraries are kept in Y / finished builds land in Y
= open:vpn endpoint; thing; url
the VPN endpoint for X is Y / X connect to the VPN at Y / X log in to the VPN through Y /
X dial in at Y / X enter the network via Y / for X the way into the network is Y /
the VPN gateway of X is Y
= open:terraform state; thing; name
the Terraform state of X is kept in Y / X stores its Terraform state in Y /
Terraform for X writes state to Y / Y holds the Terraform state of X
= open:password length; none; number
passwords must have at least Y / the password policy requires Y / a password needs Y /
passwords shorter than Y are rejected / the shortest password allowed has Y /
passwords with fewer than Y are refused
= open:password expiry; none; time
passwords expire after Y / passwords must be changed every Y / after Y a new password is needed
= open:alert threshold; thing; number
the alert threshold for X is Y / we get an alert when X exceeds Y /
an alarm fires when X is above Y / X alerts at Y / the alarm for X is set to Y /
when X reaches Y we are paged / monitoring warns when X passes Y /
above Y of X the alarm goes off
= open:tls certificate expire; thing; day
the TLS certificate of X expires on Y / the certificate of X runs out on Y /
the certificate of X is valid until Y / X's certificate ends on Y /
the certificate of X must be renewed by Y / from Y on the certificate of X is no longer valid
= open:license expires; thing; day
the license of X expires on Y / the license of X is valid until Y / X's license runs out on Y /
X must be renewed by Y
= license; thing; name
the license of X is Y / X is released under Y / X is licensed under Y /
X is free under the terms of Y / you may use X under Y
= open:encryption; thing; name
X is encrypted with Y / the encryption of X is Y / X uses the cipher Y
= open:authentication; thing; name
X authenticates users with Y / logins to X go through Y / the authentication of X is Y /
you sign in to X via Y / sign-in for X is handled by Y
= open:embedding model; thing; name
the embedding model of X is Y / X embeds texts with Y / vectors of X are made by Y
= open:model; thing; name
the model behind X is Y / X answers with the model Y / X is powered by Y /
X uses the language model Y
= open:theme; thing; noun
the theme of X is Y / X is displayed in Y / X's colour scheme is Y
= open:leader; thing; name
the leader of X is Y / X is led by Y / Y was elected leader of X / X follows Y /
the primary of X is Y / Y is the primary node of X / the other nodes of X obey Y /
Y coordinates X / decisions in X are made by Y / the master of X is Y
= open:runbook; thing; place
the runbook of X is in Y / the runbook for X is kept in Y / you find the runbook for X in Y /
the instructions for X are in Y / how to do X is written down in Y /
look in Y for the runbook of X
= open:source code; thing; place
the source code of X is in Y / X's code lives in Y / the code of X is hosted at Y /
X's repository is at Y
= open:style guide; thing; name
the code of X follows Y / the style guide of X is Y / X is formatted by Y
= open:line length; thing; number
the line length in X is Y / lines in X may be Y long / X wraps lines at Y
= open:test coverage; thing; number
the test coverage of X is Y / tests cover Y of X / Y of X's code is tested
= open:run often; thing; often
X are run Y / X run Y / X are performed Y / X happen Y / X are started Y / X take place Y /
we run X Y
"""
