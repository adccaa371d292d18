// threads NAME N: prints the result and CPU seconds.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
)

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

func nothing() {}

func spawn(n int) int {
	for i := 0; i < n; i++ {
		go nothing()
		if i&127 == 0 {
			runtime.Gosched()
		}
	}
	runtime.Gosched()
	return n
}

func alive(n int) int {
	wait, out := make(chan int), make(chan int)
	for i := 0; i < n; i++ {
		go func() { out <- <-wait }()
		if i&127 == 0 {
			runtime.Gosched()
		}
	}
	runtime.Gosched()
	wait <- n
	return <-out
}

func pingpong(n int) int {
	a, b := make(chan int, 1), make(chan int, 1)
	go func() {
		for {
			b <- <-a
		}
	}()
	sum := 0
	for i := 0; i < n; i++ {
		a <- 1
		sum += <-b
	}
	return sum
}

func stream(n int) int {
	a := make(chan int, 128)
	go func() {
		for i := 0; i < n; i++ {
			a <- 1
		}
	}()
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-a
	}
	return sum
}

func node(in, out, end chan int, n int) {
	for {
		v := <-in
		if v >= n {
			end <- v
			return
		}
		out <- v + 1
	}
}

func ring(n int) int {
	end, first := make(chan int, 1), make(chan int, 1)
	before := first
	for i := 1; i < 1000; i++ {
		next := make(chan int, 1)
		go node(before, next, end, n)
		before = next
	}
	go node(before, first, end, n)
	first <- 0
	return <-end
}

type message struct {
	add   int
	reply chan int
}

func actor(n int) int {
	mailbox := make(chan message, 128)
	go func() {
		count := 0
		for m := range mailbox {
			if m.reply != nil {
				m.reply <- count
			} else {
				count += m.add
			}
		}
	}()
	for i := 0; i < n; i++ {
		mailbox <- message{add: 1}
	}
	reply := make(chan int, 1)
	mailbox <- message{reply: reply}
	return <-reply
}

func main() {
	n, _ := strconv.Atoi(os.Args[2])
	run := map[string]func(int) int{"spawn": spawn, "alive": alive, "pingpong": pingpong, "stream": stream, "ring": ring,
		"actor": actor}[os.Args[1]]
	begin := cpu()
	result := run(n)
	seconds := cpu() - begin
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(result, seconds, m.Sys)
}
