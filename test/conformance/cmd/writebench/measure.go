package main

import (
	"os"
	"syscall"
	"time"
)

// Result is the line printed. CPU is user plus system time of this process.
type Result struct {
	Engine      string  `json:"engine"`
	WallSeconds float64 `json:"wallSeconds"`
	CPUSeconds  float64 `json:"cpuSeconds"`
	MaxRSSBytes int64   `json:"maxRssBytes"`
	FileBytes   int64   `json:"fileBytes"`
	Users       int     `json:"users"`
	Groups      int     `json:"groups"`
	Grants      int     `json:"grants"`
}

func measure(o options, file string, work func() (grants int, err error)) (*Result, error) {
	cpuBefore, _, err := usage()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	grants, err := work()
	if err != nil {
		return nil, err
	}
	wall := time.Since(start)
	cpu, maxRSS, err := usage()
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	return &Result{
		Engine: o.engine, WallSeconds: wall.Seconds(), CPUSeconds: (cpu - cpuBefore).Seconds(),
		MaxRSSBytes: maxRSS, FileBytes: info.Size(), Users: o.tenant.users, Groups: o.tenant.groups, Grants: grants,
	}, nil
}

func usage() (cpu time.Duration, maxRSS int64, err error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, 0, err
	}
	const linuxUnit = 1024
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), used.Maxrss * linuxUnit, nil
}
