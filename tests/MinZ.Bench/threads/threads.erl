%% threads:main([Name, N]): prints the result and CPU seconds.
-module(threads).
-export([main/1]).

main([Name, Count]) ->
    N = list_to_integer(Count),
    statistics(runtime),
    Result = run(list_to_atom(Name), N),
    {_, Milliseconds} = statistics(runtime),
    io:format("~w ~w ~w~n", [Result, Milliseconds / 1000, erlang:memory(processes)]),
    halt(0).

run(spawn, N) -> spawn_all(N, fun() -> ok end), N;
run(alive, N) ->
    Self = self(),
    spawn_all(N, fun() -> receive go -> Self ! done end end),
    N;
run(pingpong, N) ->
    Self = self(),
    Other = spawn(fun() -> echo(Self) end),
    ping(Other, N, 0);
run(stream, N) ->
    Self = self(),
    spawn(fun() -> produce(Self, N) end),
    consume(N, 0);
run(ring, N) ->
    Self = self(),
    First = spawn(fun() -> receive {next, P} -> node(P, Self, N) end end),
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> node(Next, Self, N) end) end, First, lists:seq(1, 999)),
    First ! {next, Last},
    First ! 0,
    receive {done, V} -> V end;
run(actor, N) ->
    Counter = spawn(fun() -> counter(0) end),
    send(Counter, N),
    Counter ! {get, self()},
    receive {count, V} -> V end.

spawn_all(0, _) -> ok;
spawn_all(N, F) -> spawn(F), spawn_all(N - 1, F).

echo(To) -> receive M -> To ! M, echo(To) end.

ping(_, 0, Sum) -> Sum;
ping(Other, N, Sum) -> Other ! 1, receive V -> ping(Other, N - 1, Sum + V) end.

produce(_, 0) -> ok;
produce(To, N) -> To ! 1, produce(To, N - 1).

consume(0, Sum) -> Sum;
consume(N, Sum) -> receive V -> consume(N - 1, Sum + V) end.

node(Next, Main, N) ->
    receive
        V when V >= N -> Main ! {done, V};
        V -> Next ! V + 1, node(Next, Main, N)
    end.

counter(C) ->
    receive
        {add, N} -> counter(C + N);
        {get, From} -> From ! {count, C}, counter(C)
    end.

send(_, 0) -> ok;
send(To, N) -> To ! {add, 1}, send(To, N - 1).
